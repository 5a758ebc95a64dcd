// One GET to the desktop and its answer back. KasmVNC closes after every answer, so each request dials anew; where a desktop leaves its connection
// open, the next request to it goes over the same one.
import { type Asked, Exchange } from './exchange'

/** Settles when the desktop has said its answer. Rejects when none begins in time, when what comes is not HTTP, and when it breaks off. */
export function forwardRequest(asked: Asked): Promise<void> {
  return new Promise((resolve, reject) => new Exchange(asked, resolve, reject).begin())
}
