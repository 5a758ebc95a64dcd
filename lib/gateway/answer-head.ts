// The head of a desktop's answer, read strictly: a desktop is a stranger that may send anything, and what is not plainly HTTP ends here.
// By hand, because Node's client makes several objects and timers for each request that nobody needs who asks once and closes.
import { UpstreamFailure } from './connection'

const longestBytes = 16 * 1024
const headEnd = Buffer.from('\r\n\r\n')
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const inName = tableOf(/[!#$%&'*+.^_`|~0-9A-Za-z-]/)
const inValue = tableOf(/[\t\x20-\x7e\x80-\xff]/)
/** Two of these are two opinions about where the answer ends. */
const framing = new Set(['content-length', 'transfer-encoding'])

export type AnswerHead = {
  status: number
  headers: ReadonlyMap<string, string>
  /** The desktop leaves the connection open for another request. */
  isKept: boolean
}

/** Reads one head, which may come in several pieces. */
export class HeadReader {
  private received: Buffer = Buffer.alloc(0)
  private end = -1

  /** The head, once it is whole; not to be called again after that. Throws UpstreamFailure for what is not an answer. A chunk may be overwritten later. */
  take(chunk: Buffer): AnswerHead | null {
    const received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk])
    this.end = received.indexOf(headEnd)
    if (this.end === -1 ? received.length >= longestBytes : this.end > longestBytes) throw new UpstreamFailure('bad_answer')
    this.received = this.end === -1 && received === chunk ? Buffer.from(chunk) : received
    return this.end === -1 ? null : parseHead(received.toString('latin1', 0, this.end))
  }

  /** What came along after the head: not a copy, so good only until the chunk that it came in is overwritten. */
  rest(): Buffer {
    return this.received.subarray(this.end + headEnd.length)
  }
}

function parseHead(text: string): AnswerHead {
  let lineEnd = endOfLine(text, 0)
  const [, minor, status] = statusLine.exec(text.slice(0, lineEnd)) ?? []
  if (status === undefined) throw new UpstreamFailure('bad_answer')
  const headers = new Map<string, string>()
  while (lineEnd < text.length) {
    const start = lineEnd + 2
    lineEnd = endOfLine(text, start)
    const colon = spanOf(inName, text, start, lineEnd)
    // Letter by letter, because a line of blanks kept an expression with optional blanks on both sides of the value busy for minutes.
    if (colon === start || text[colon] !== ':' || spanOf(inValue, text, colon + 1, lineEnd) !== lineEnd) {
      throw new UpstreamFailure('bad_answer')
    }
    const key = text.slice(start, colon).toLowerCase()
    if (!headers.has(key)) headers.set(key, withoutBlanks(text, colon + 1, lineEnd))
    else if (framing.has(key)) throw new UpstreamFailure('bad_answer')
  }
  // Nothing but silence or the one word: a list may hold anything.
  const connection = headers.get('connection')?.toLowerCase() ?? 'keep-alive'
  return { status: Number(status), headers, isKept: minor === '1' && connection === 'keep-alive' }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\r\n', start)
  return end === -1 ? text.length : end
}

/** Where the first character stands that is none of the table's. */
function spanOf(table: Uint8Array, text: string, start: number, end: number): number {
  let at = start
  while (at < end && table[text.charCodeAt(at)] === 1) at++
  return at
}

function tableOf(letters: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (letters.test(String.fromCharCode(code)) ? 1 : 0))
}

/** Not `trim`, which takes more for a blank than HTTP does. */
function withoutBlanks(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const isBlank = (code: number) => code === 0x20 || code === 0x09
