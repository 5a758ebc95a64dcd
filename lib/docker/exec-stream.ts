// A program in a container with both ends open: what it says comes in frames, and goes on only as fast as it is read.

import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { settled } from './one-file-archive'

export type ExecFrame = { from: 'out' | 'err'; bytes: Buffer }

export type ExecStream = {
  frames(): AsyncGenerator<ExecFrame>
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>
  /** Docker then closes the input of the program. */
  end(): void
  /** Null while it runs. */
  exitCode(abortSignal: AbortSignal): Promise<number | null>
}

type Program = { command: string[]; user: string; environment: string[] }

export async function startExec(
  container: Docker.Container,
  { command, user, environment }: Program,
  abortSignal: AbortSignal,
): Promise<ExecStream> {
  const attach = { AttachStdin: true, AttachStdout: true, AttachStderr: true }
  const exec = await container.exec({ Cmd: command, User: user, Env: environment, ...attach, abortSignal })
  const socket = (await exec.start({ hijack: true, stdin: true, abortSignal } as Docker.ExecStartOptions)) as unknown as Duplex
  // Whoever reads or writes hears of it there.
  socket.on('error', () => undefined)
  return {
    frames: () => readFrames(socket as AsyncIterable<Buffer>),
    write: async (bytes) => {
      if (socket.destroyed || socket.writableEnded) throw new Error('The program takes no more')
      if (!socket.write(bytes)) await settled(socket)
    },
    end: () => socket.destroy(),
    exitCode: async (signal) => {
      const { ExitCode } = await exec.inspect({ abortSignal: signal } as object)
      return ExitCode
    },
  }
}

/** Without a TTY, Docker frames each piece: stream (1 byte), three zeroes, length (4 bytes), bytes. Pieces are passed on as they come. */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<ExecFrame> {
  let head = Buffer.alloc(0)
  let left = 0
  let from: ExecFrame['from'] = 'out'
  for await (const chunk of chunks) {
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const bytes = chunk.subarray(at, at + left)
        left -= bytes.length
        at += bytes.length
        yield { from, bytes }
        continue
      }
      const more = chunk.subarray(at, at + 8 - head.length)
      head = Buffer.concat([head, more])
      at += more.length
      if (head.length < 8) break
      from = head[0] === 2 ? 'err' : 'out'
      left = head.readUInt32BE(4)
      head = Buffer.alloc(0)
    }
  }
}
