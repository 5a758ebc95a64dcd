// A request that did not work, thrown with everything the page shows about it: what, why, what to do, and the reference.
import type { Failure } from '@/lib/domain/failure'

export class RequestFailure extends Error implements Failure {
  readonly code: string
  /** 0 when no answer came at all. */
  readonly status: number
  declare readonly hint?: string
  declare readonly fields?: Record<string, string>
  declare readonly reference?: string

  constructor(failure: Failure, status: number) {
    super(failure.message)
    this.name = 'RequestFailure'
    this.code = failure.code
    this.status = status
    if (failure.hint !== undefined) this.hint = failure.hint
    if (failure.fields !== undefined) this.fields = failure.fields
    if (failure.reference !== undefined) this.reference = failure.reference
  }
}
