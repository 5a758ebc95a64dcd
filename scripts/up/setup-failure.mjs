// A step of the set-up that could not be done: what happened, and what the person at the terminal can do about it.

export class SetupFailure extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   * @param {{ cause?: unknown }} [options]
   */
  constructor(message, hint, options = {}) {
    super(message, options)
    this.name = 'SetupFailure'
    this.hint = hint
  }
}

/**
 * The words for any error: our own and the portal's carry a hint, others only a message.
 * @param {unknown} error
 */
export function describeFailure(error) {
  const { message, hint } = /** @type {{ message?: string, hint?: string }} */ (
    error instanceof Error ? error : { message: String(error) }
  )
  return {
    message: message ?? String(error),
    hint: hint ?? 'Correct it and run the same command again: what is done already is kept.',
  }
}
