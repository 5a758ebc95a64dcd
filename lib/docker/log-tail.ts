// The last lines of a container's output, as plain text.
import type Docker from 'dockerode'

const maxBytes = 64 * 1024

/** `span`: of what was said from then on and until then, in seconds since 1970. */
export async function readLogTail(
  container: Docker.Container,
  lines: number,
  abortSignal: AbortSignal,
  span: { since?: number; until?: number } = {},
): Promise<string> {
  const answer: unknown = await container.logs({ ...span, stdout: true, stderr: true, tail: lines, follow: false, abortSignal })
  return toPlainText(demultiplex(toBuffer(answer)))
}

/** An empty log arrives as an empty string or object, depending on what the library made of it. */
function toBuffer(answer: unknown): Buffer {
  if (Buffer.isBuffer(answer)) return answer
  return typeof answer === 'string' ? Buffer.from(answer, 'latin1') : Buffer.alloc(0)
}

/** Without a TTY, Docker frames each piece: stream (1 byte), three zeroes, length (4 bytes), text. */
export function demultiplex(framed: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  while (at + 8 <= framed.length) {
    const length = framed.readUInt32BE(at + 4)
    parts.push(framed.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return Buffer.concat(parts)
}

/** Colour codes and control characters go: the text is shown in a page and kept in a database, which takes no NUL. */
export function toPlainText(raw: Buffer): string {
  const text = raw.subarray(Math.max(0, raw.length - maxBytes)).toString('utf8')
  return text
    .replace(/\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu, '')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trimEnd()
}
