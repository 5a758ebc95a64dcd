// Gives every call to an engine an end: a silent partition would otherwise hang it for ever.
// Written by hand because AbortSignal.any on Node 20 keeps a reference in its long-lived source for each call.

export class DeadlineReached extends Error {
  constructor(readonly afterMs: number) {
    super(`no answer within ${afterMs} ms`)
    this.name = 'DeadlineReached'
  }
}

export type Deadline = { signal: AbortSignal /** Starts the time anew: something was heard. */; extend(): void }

export async function withDeadline<T>(
  outer: AbortSignal,
  afterMs: number,
  run: (signal: AbortSignal, deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const expire = () => controller.abort(new DeadlineReached(afterMs))
  const give = () => controller.abort(outer.reason)
  let timer = setTimeout(expire, afterMs)
  const extend = () => {
    clearTimeout(timer)
    if (!controller.signal.aborted) timer = setTimeout(expire, afterMs)
  }
  if (outer.aborted) give()
  else outer.addEventListener('abort', give, { once: true })
  // Not every call of the library ends when it is aborted: an engine that dies in the middle of an answer leaves one waiting for ever.
  const abandoned = new Promise<never>((_, reject) => {
    const giveUp = () => reject(controller.signal.reason)
    if (controller.signal.aborted) giveUp()
    else controller.signal.addEventListener('abort', giveUp, { once: true })
  })
  try {
    return await Promise.race([run(controller.signal, { signal: controller.signal, extend }), abandoned])
  } catch (error) {
    // Whatever the library made of the abort, the reader needs to know who gave up and why.
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', give)
  }
}
