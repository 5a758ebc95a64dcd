// The line that an administrator copies into a host's shell.

export type HostCommand = {
  origin: string
  token: string
  /** Of a portal that made its certificate itself: curl believes this one and no other. PEM. */
  certificate: string | null
}

export function hostCommand({ origin, token, certificate }: HostCommand): string {
  assertPlain(origin, token)
  const pipe = `| sudo sh -s -- --token ${token}`
  const script = `${origin}/api/v1/host/script`
  if (certificate === null) return `curl -fsSL ${script} ${pipe}`
  return `curl -fsSL --cacert /dev/stdin ${script} <<'CERTIFICATE' ${pipe}\n${certificate.trimEnd()}\nCERTIFICATE`
}

/** Whatever stands in a line for a root shell is checked once more, wherever it came from. */
function assertPlain(origin: string, token: string): void {
  if (!isPlainOrigin(origin) || !/^bht_[A-Za-z0-9_-]{43}$/.test(token)) throw new Error('This cannot stand in a shell.')
}

export function isPlainOrigin(origin: string): boolean {
  return /^https?:\/\/[a-z0-9.:[\]-]+$/i.test(origin)
}
