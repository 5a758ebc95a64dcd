// Which of several tabs on one session decides the size of the desktop: the newest, until another takes it back.
//
// The tabs agree over a channel of the session's origin. Locks would be simpler, but a browser that blocks third-party
// storage refuses them to a framed page, while the channel stays open. Claims are ordered by term, then by tab, so that
// all tabs see the same winner whatever order the messages arrive in.

type Claim = { term: number; tab: string }
type Notice = ({ kind: 'claim' } & Claim) | { kind: 'release' } | { kind: 'who' }

/** A tab that crashed cannot release: after this silence its right is free. */
const answerMs = 1000

export class ResizeOwnership {
  private readonly tab = crypto.randomUUID()
  private readonly channel = new BroadcastChannel('berth-resize')
  private newest: Claim = { term: 0, tab: '' }
  private owner = false
  private takesPart = false
  private question: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly onChange: (owner: boolean) => void) {
    this.channel.addEventListener('message', ({ data }: MessageEvent<Notice>) => this.hear(data))
    window.addEventListener('pagehide', () => {
      if (this.owner) this.channel.postMessage({ kind: 'release' } satisfies Notice)
    })
    // Somebody turns to this tab: is the one that decides still there?
    window.addEventListener('focus', () => this.ask())
    window.addEventListener('pointerdown', () => this.ask(), { capture: true })
  }

  /** Takes the right from whichever tab has it. */
  take(): void {
    this.takesPart = true
    if (!this.owner) this.claim(Math.max(this.newest.term + 1, Date.now()))
  }

  private hear(notice: Notice): void {
    if (notice.kind === 'claim') this.hearClaim(notice)
    else if (notice.kind === 'who') this.repeat()
    // Every tab that is left claims the same term; the order of the tabs decides between them.
    else if (this.takesPart) this.claim(this.newest.term + 1)
  }

  private hearClaim({ term, tab }: Claim): void {
    clearTimeout(this.question)
    this.question = undefined
    const isNewer = term > this.newest.term || (term === this.newest.term && tab > this.newest.tab)
    if (isNewer) {
      this.newest = { term, tab }
      this.change(false)
    } else {
      this.repeat()
    }
  }

  private claim(term: number): void {
    this.newest = { term, tab: this.tab }
    this.repeat()
    this.change(true)
  }

  private repeat(): void {
    if (this.newest.tab === this.tab) this.channel.postMessage({ kind: 'claim', ...this.newest } satisfies Notice)
  }

  private ask(): void {
    if (this.owner || !this.takesPart || this.question !== undefined) return
    this.question = setTimeout(() => {
      this.question = undefined
      this.take()
    }, answerMs)
    this.channel.postMessage({ kind: 'who' } satisfies Notice)
  }

  private change(owner: boolean): void {
    if (this.owner === owner) return
    this.owner = owner
    this.onChange(owner)
  }
}
