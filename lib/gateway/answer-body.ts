// Where the body of a desktop's answer ends: after its length, after its last chunk, or with the connection. The browser's side is framed anew,
// so nothing in here reaches it but the bytes themselves.
import type { AnswerHead } from './answer-head'
import { UpstreamFailure } from './connection'

export type BodyReader = {
  /** Hands the parts of the body among these bytes on; what comes after the end is dropped. Throws for what is not a body. */
  take(bytes: Buffer, onPart: (part: Buffer) => void): void
  isOver(): boolean
  /** Bytes came behind its end: whatever they are, they answer nothing. */
  saidMore(): boolean
  /** Before anything was taken: whether these bytes are the body and nothing else. */
  isWholeIn(bytes: Buffer): boolean
  /** The connection ended: whether that was the end of the body as well. */
  endsHere(): boolean
}

export function readBody({ status, headers }: AnswerHead): BodyReader {
  const coding = headers.get('transfer-encoding')
  const length = headers.get('content-length')
  if (status === 204 || status === 304) return bodyOfLength(0)
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked' || length !== undefined) throw new UpstreamFailure('bad_answer')
    return chunkedBody()
  }
  if (length === undefined) return bodyToTheEnd()
  if (!/^\d{1,15}$/.test(length)) throw new UpstreamFailure('bad_answer')
  return bodyOfLength(Number(length))
}

function bodyToTheEnd(): BodyReader {
  return {
    take: (bytes, onPart) => onPart(bytes),
    isOver: () => false,
    saidMore: () => false,
    isWholeIn: () => false,
    endsHere: () => true,
  }
}

function bodyOfLength(length: number): BodyReader {
  let left = length
  let more = false
  return {
    take(bytes, onPart) {
      if (bytes.length > left) more = true
      const part = more ? bytes.subarray(0, left) : bytes
      left -= part.length
      if (part.length > 0) onPart(part)
    },
    isOver: () => left === 0,
    saidMore: () => more,
    isWholeIn: (bytes) => bytes.length === length,
    endsHere: () => left === 0,
  }
}

const longestLine = 4_096
const sizeLine = /^([0-9a-fA-F]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/

/** Sizes and trailers are read byte by byte, data in whole pieces. */
function chunkedBody(): BodyReader {
  let phase: 'size' | 'data' | 'dataEnd' | 'trailer' | 'over' = 'size'
  let line = ''
  let left = 0
  let more = false

  /** The line, once it is whole. */
  function takeLineByte(byte: number): string | null {
    line += String.fromCharCode(byte)
    if (line.length > longestLine) throw new UpstreamFailure('bad_answer')
    if (byte !== 0x0a) return null
    if (!line.endsWith('\r\n')) throw new UpstreamFailure('bad_answer')
    const whole = line.slice(0, -2)
    line = ''
    return whole
  }

  function startChunk(text: string): void {
    const size = sizeLine.exec(text)?.[1]
    if (size === undefined) throw new UpstreamFailure('bad_answer')
    left = Number.parseInt(size, 16)
    phase = left === 0 ? 'trailer' : 'data'
  }

  function endLine(text: string): void {
    if (phase === 'size') startChunk(text)
    else if (phase === 'trailer') phase = text === '' ? 'over' : 'trailer'
    else if (text !== '') throw new UpstreamFailure('bad_answer')
    else phase = 'size'
  }

  function takeData(bytes: Buffer, at: number, onPart: (part: Buffer) => void): number {
    const part = bytes.subarray(at, at + left)
    left -= part.length
    if (left === 0) phase = 'dataEnd'
    onPart(part)
    return part.length
  }

  return {
    take(bytes, onPart) {
      let at = 0
      while (at < bytes.length && phase !== 'over') {
        if (phase === 'data') {
          at += takeData(bytes, at, onPart)
          continue
        }
        const text = takeLineByte(bytes[at++] ?? 0)
        if (text !== null) endLine(text)
      }
      if (at < bytes.length) more = true
    },
    isOver: () => phase === 'over',
    saidMore: () => more,
    isWholeIn: () => false,
    endsHere: () => phase === 'over',
  }
}
