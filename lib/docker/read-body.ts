// A whole answer as its bytes, for whoever compares them before he reads them: the library itself gathers an answer only to parse it.
import type { Readable } from 'node:stream'
import { AnswerTooLong, mostAnswerBytes } from './bounded-answers'

export function readBody(answer: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > mostAnswerBytes) answer.destroy(new AnswerTooLong(mostAnswerBytes))
    })
    answer.once('end', () => resolve(Buffer.concat(chunks)))
    answer.on('error', reject)
    answer.once('close', () => reject(Object.assign(new Error('an answer that breaks off'), { code: 'ECONNRESET' })))
  })
}
