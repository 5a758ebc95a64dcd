// Which of several tabs on one session decides the size of the desktop: the newest, until another takes it back.
//
// A lock of the session's origin holds the right. The browser itself takes it from a tab that closes or crashes and
// hands it to the next in line, which messages between tabs could not promise.

const lockName = 'berth-resize'

export class ResizeOwnership {
  private owner = false
  /** Ends the place in line when the right is taken instead. */
  private waiting: AbortController | null = null

  constructor(private readonly onChange: (owner: boolean) => void) {}

  /** Takes the right from whichever tab has it. */
  take(): void {
    if (this.owner) return
    this.waiting?.abort()
    this.waiting = null
    // Without locks (an insecure page) every tab drives, as with any other VNC client.
    if ('locks' in navigator) this.hold({ steal: true })
    else this.change(true)
  }

  private standInLine(): void {
    const waiting = new AbortController()
    this.waiting = waiting
    this.hold({ signal: waiting.signal })
  }

  private hold(options: LockOptions): void {
    navigator.locks
      .request(lockName, options, () => {
        this.change(true)
        // Held until the tab closes or another takes it.
        return new Promise<never>(() => {})
      })
      .catch(() => {
        if (options.signal?.aborted) return
        // Stolen by another tab: scale to its size, and be there when it closes.
        this.change(false)
        this.standInLine()
      })
  }

  private change(owner: boolean): void {
    if (this.owner === owner) return
    this.owner = owner
    this.onChange(owner)
  }
}
