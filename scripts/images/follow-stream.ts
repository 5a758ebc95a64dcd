// Reads what the engine streams while it builds, pulls or imports: JSON lines, of which one may be the failure.
import { createInterface } from 'node:readline'
import { z } from 'zod'

const Line = z.object({ stream: z.string().optional(), status: z.string().optional(), error: z.string().optional() })

/** Resolves at the end of the stream; throws what the engine reports as an error. */
export async function followStream(stream: NodeJS.ReadableStream, onText?: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text.trim() === '') continue
    const line = Line.parse(JSON.parse(text))
    if (line.error !== undefined) throw new Error(line.error)
    const output = line.stream ?? line.status
    if (output !== undefined) onText?.(output)
  }
}
