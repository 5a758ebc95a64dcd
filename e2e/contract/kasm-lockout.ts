// KasmVNC's brute-force lock: after five requests without the right credentials an address is refused, right credentials
// or not, until it has been silent for ten seconds. Each refused request starts the ten seconds again.

const defaultThreshold = 5
const silenceMs = 10_000

export type LockoutOptions = {
  now: () => number
  /** As the container gets them in VNCOPTIONS. */
  vncOptions?: string | undefined
  /** Up to KasmVNC 1.3.2 (images up to 1.16) a threshold of 0 locks at the first failure; since 1.3.3 it switches the lock off. */
  locksAtZero?: boolean | undefined
}

export class KasmLockout {
  private readonly addresses = new Map<string, { failures: number; lastSeen: number }>()
  private readonly threshold: number
  private readonly now: () => number

  constructor({ now, vncOptions = '', locksAtZero = true }: LockoutOptions) {
    this.now = now
    const asked = thresholdIn(vncOptions)
    this.threshold = asked > 0 ? asked : locksAtZero ? 1 : Number.POSITIVE_INFINITY
  }

  /** True while the address is locked out; asking counts as a request. */
  refuses(address: string): boolean {
    const entry = this.addresses.get(address)
    if (entry === undefined || entry.failures < this.threshold) return false
    const at = this.now()
    if (at - entry.lastSeen >= silenceMs) {
      this.addresses.delete(address)
      return false
    }
    entry.lastSeen = at
    return true
  }

  /** A success in between forgives nothing. */
  countFailure(address: string): void {
    const failures = (this.addresses.get(address)?.failures ?? 0) + 1
    this.addresses.set(address, { failures, lastSeen: this.now() })
  }
}

/** Its start script knows the form with a space only: `-BlacklistThreshold=0` comes before the default on the command line, and the last one wins. */
function thresholdIn(vncOptions: string): number {
  const words = vncOptions.split(/\s+/)
  const value = words[words.lastIndexOf('-BlacklistThreshold') + 1]
  return words.includes('-BlacklistThreshold') && /^\d+$/.test(value ?? '') ? Number(value) : defaultThreshold
}
