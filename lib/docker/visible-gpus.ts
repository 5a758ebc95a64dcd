// Asks a session's container which GPUs it sees, as its own user: what the engine once gave it may have been taken from it since.
import type Docker from 'dockerode'
import { demultiplex } from './log-tail'
import { visibleUuids } from './nvidia-smi-readings'
import { unless } from './status-codes'

/** More than any list of GPUs; the program that answers belongs to whoever uses the desktop. */
const longestAnswer = 64 * 1024

/** Null: it cannot be told, as in a container that is paused or has no nvidia-smi. */
export async function readVisibleGpus(container: Docker.Container, abortSignal: AbortSignal): Promise<string[] | null> {
  const options = { Cmd: ['nvidia-smi', '-L'], AttachStdout: true, AttachStderr: true, abortSignal }
  const exec = await unless([404, 409], container.exec(options))
  if (!exec) return null
  const stream = await unless([400, 404, 409], exec.start({ abortSignal } as Docker.ExecStartOptions))
  if (!stream) return null
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longestAnswer) return null
    parts.push(chunk)
  }
  const { ExitCode } = await exec.inspect({ abortSignal } as object)
  return visibleUuids(demultiplex(Buffer.concat(parts)).toString('utf8'), ExitCode)
}
