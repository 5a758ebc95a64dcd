// KasmVNC's brute-force lock: after five requests without the right credentials an address is refused, right credentials
// or not, until it has been silent for ten seconds. Each refused request starts the ten seconds again.

const threshold = 5
const silenceMs = 10_000

export class KasmLockout {
  private readonly addresses = new Map<string, { failures: number; lastSeen: number }>()

  constructor(private readonly now: () => number) {}

  /** True while the address is locked out; asking counts as a request. */
  refuses(address: string): boolean {
    const entry = this.addresses.get(address)
    if (entry === undefined || entry.failures < threshold) return false
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
