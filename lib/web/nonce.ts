/** The nonce that proxy.ts put into the policy of the page under way. */
export function nonceIn(policy: string | null): string | undefined {
  return policy?.match(/'nonce-([^']+)'/)?.[1]
}
