// The head of a desktop's answer, read strictly: a desktop is a stranger that may send anything, and what is not plainly HTTP ends here.
// By hand, because Node's client makes several objects and timers for each request that nobody needs who asks once and closes.
import { UpstreamFailure } from './upstream-connection'

const longestBytes = 16 * 1024
const headEnd = Buffer.from('\r\n\r\n')
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/
/** Two of these are two opinions about where the answer ends. */
const framing = new Set(['content-length', 'transfer-encoding'])

export type AnswerHead = {
  status: number
  headers: ReadonlyMap<string, string>
  /** The desktop leaves the connection open for another request. */
  isKept: boolean
}

export type HeadReader = {
  /** The head, once it is whole. What came after it is in `rest()`, copied; so a chunk may be overwritten afterwards. */
  take(chunk: Buffer): AnswerHead | null
  rest(): Buffer
}

/** Throws UpstreamFailure for what is not an answer. */
export function readHead(): HeadReader {
  let received: Buffer = Buffer.alloc(0)
  let end = -1
  return {
    take(chunk) {
      received = received.length === 0 ? Buffer.from(chunk) : Buffer.concat([received, chunk])
      if (end !== -1) return null
      end = received.indexOf(headEnd)
      if (end === -1 ? received.length >= longestBytes : end > longestBytes) throw new UpstreamFailure('bad_answer')
      return end === -1 ? null : parseHead(received.toString('latin1', 0, end))
    },
    rest: () => received.subarray(end + headEnd.length),
  }
}

function parseHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n')
  const [, minor, status] = statusLine.exec(first) ?? []
  if (status === undefined) throw new UpstreamFailure('bad_answer')
  const headers = new Map<string, string>()
  for (const line of lines) {
    // Not one expression with optional blanks on both sides of the value: a line of blanks would keep it busy for minutes.
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    const value = line.slice(colon + 1)
    if (!headerName.test(name) || !headerValue.test(value)) throw new UpstreamFailure('bad_answer')
    const key = name.toLowerCase()
    if (!headers.has(key)) headers.set(key, withoutBlanks(value))
    else if (framing.has(key)) throw new UpstreamFailure('bad_answer')
  }
  // Nothing but silence or the one word: a list may hold anything.
  const connection = headers.get('connection')?.toLowerCase() ?? 'keep-alive'
  return { status: Number(status), headers, isKept: minor === '1' && connection === 'keep-alive' }
}

/** Not `trim`, which takes more for a blank than HTTP does. */
function withoutBlanks(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isBlank(value.charCodeAt(start))) start++
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--
  return value.slice(start, end)
}

const isBlank = (code: number) => code === 0x20 || code === 0x09
