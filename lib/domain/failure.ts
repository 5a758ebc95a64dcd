// What leaves the server when something did not work: the same shape for server actions, the API and the gateway.

export type Failure = {
  code: string
  message: string
  /** What the reader can do about it. */
  hint?: string
  /** Form field (dotted path) → what is wrong with it. */
  fields?: Record<string, string>
  /** Set for unexpected failures only; the same reference stands in the log. */
  reference?: string
}

export type ActionResult<R> = { ok: true; data: R } | ({ ok: false } & Failure)
