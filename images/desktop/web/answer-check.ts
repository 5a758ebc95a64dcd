// Whether the desktop still answers. A frozen one keeps its connection and its last picture; only a question tells it from one where nothing moves.

type AnswerCheckOptions = {
  /** Sends something that every desktop answers at once; false where this one has no such question. */
  ask(): boolean
  /** Told on each change. */
  tell(answers: boolean): void
}

/** After so long without a word it is asked, and after so long without an answer it counts as silent. */
const quietMs = 10_000
/** Between two looks. Where it was far longer, the page slept, and so did everything that was on its way. */
export const lookEveryMs = 2_000

export class AnswerCheck {
  private heardAtMs = 0
  private askedAtMs: number | null = null
  private lookedAtMs = 0
  private isSilent = false

  constructor(private readonly options: AnswerCheckOptions) {}

  /** A new connection, or a page that is looked at again: what was before counts for nothing. */
  begin(nowMs: number): void {
    this.lookedAtMs = nowMs
    this.heard(nowMs)
  }

  heard(nowMs: number): void {
    this.heardAtMs = nowMs
    this.askedAtMs = null
    this.become(false)
  }

  look(nowMs: number): void {
    const slept = nowMs - this.lookedAtMs > 3 * lookEveryMs
    this.lookedAtMs = nowMs
    if (this.isSilent) return
    if (slept) {
      this.heardAtMs = nowMs
      this.askedAtMs = null
    } else if (this.askedAtMs !== null) {
      if (nowMs - this.askedAtMs >= quietMs) this.become(true)
    } else if (nowMs - this.heardAtMs >= quietMs && this.options.ask()) this.askedAtMs = nowMs
  }

  private become(isSilent: boolean): void {
    if (this.isSilent === isSilent) return
    this.isSilent = isSilent
    this.options.tell(!isSilent)
  }
}
