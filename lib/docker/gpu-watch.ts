// The one container per engine that tells GPU numbers for as long as it lives, and what the container of a session sees of its GPUs.
import type Docker from 'dockerode'
import type { ContainerHost } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import type { GpuReading } from '@/lib/domain/gpu-reading'
import { type Engine, infoOf } from './engine'
import { everyGpu, type GpuInfo, lookOptions } from './gpu-access'
import { isOurs } from './labels'
import { newReadingParser, watchScript, watchSilenceMs } from './nvidia-smi-readings'
import { unless } from './status-codes'

type WatchVerbs = Pick<ContainerHost, 'ensureGpuWatch' | 'ensureGpuWatchRemoved' | 'followGpuWatch'>

export function gpuWatchVerbs(engine: Engine): WatchVerbs {
  const name = `berth-gpu-watch-${engine.installId}`
  return {
    ensureGpuWatch: async (image, signal) => {
      const wanted = await engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) =>
        watchOptions(engine.installId, name, image, await infoOf<GpuInfo>(docker, abortSignal)),
      )
      const known = await inspect(engine, name, signal)
      if (known && isAsWanted(known, wanted)) return { isNew: false }
      if (known) await remove(engine, known.Id, signal)
      await engine.call('create', { signal, deadlineMs: 60_000 }, async (docker, abortSignal) => {
        const container = await docker.createContainer({ ...wanted, abortSignal })
        try {
          await container.start({ abortSignal })
        } catch (error) {
          // What could not be started would stay "created" and stand in the way of the next try.
          await remove(engine, container.id, new AbortController().signal)
          throw error
        }
      })
      return { isNew: true }
    },
    ensureGpuWatchRemoved: async (signal) => {
      const known = await inspect(engine, name, signal)
      if (known) await remove(engine, known.Id, signal)
    },
    followGpuWatch: (options, signal) => follow(engine, name, options, signal),
  }
}

function watchOptions(installId: string, name: string, image: string, info: GpuInfo): Docker.ContainerCreateOptions {
  const gpus = everyGpu(info)
  if (!gpus)
    throw new DomainError('container_failed', { message: 'The engine lists neither the NVIDIA runtime nor CDI devices.' })
  const options = lookOptions({ installId, kind: 'gpu-watch', name, image, script: watchScript }, gpus)
  return {
    ...options,
    // Into a terminal every line is written at once; into a pipe, programs collect them.
    Tty: true,
    HostConfig: {
      ...options.HostConfig,
      Init: true,
      PidsLimit: 16,
      Memory: 128 * 1024 * 1024,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
    },
  }
}

/** One that an earlier version of the portal made, or from before the runtime changed, is replaced. */
function isAsWanted(known: Docker.ContainerInspectInfo, wanted: Docker.ContainerCreateOptions): boolean {
  const script = [known.Config.Entrypoint].flat().at(-1)
  const driver = known.HostConfig.DeviceRequests?.[0]?.Driver
  return known.State.Running && script === watchScript && driver === wanted.HostConfig?.DeviceRequests?.[0]?.Driver
}

async function inspect(engine: Engine, name: string, signal: AbortSignal): Promise<Docker.ContainerInspectInfo | null> {
  const known = await engine.call('look', { signal, deadlineMs: 10_000 }, (docker, abortSignal) =>
    unless([404], docker.getContainer(name).inspect({ abortSignal })),
  )
  if (known && !isOurs(known.Config.Labels, engine.installId))
    throw new DomainError('container_conflict', { message: `A container with the name ${name} is there, but it is not ours.` })
  return known
}

async function remove(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  await engine.call('remove', { signal, deadlineMs: 30_000 }, (docker, abortSignal) =>
    unless([404, 409], docker.getContainer(id).remove({ force: true, v: true, abortSignal })),
  )
}

async function* follow(
  engine: Engine,
  name: string,
  { fromStart }: { fromStart: boolean },
  outer: AbortSignal,
): AsyncGenerator<GpuReading[]> {
  // Nothing that is open for long may be silent for long: a cut connection says nothing for ever.
  const quiet = new AbortController()
  const end = () => quiet.abort(outer.reason)
  const silent = () =>
    quiet.abort(new DomainError('agent_timeout', { message: 'The GPUs of the agent have told no numbers for a while.' }))
  let timer = setTimeout(silent, watchSilenceMs)
  if (outer.aborted) end()
  else outer.addEventListener('abort', end, { once: true })
  try {
    const known = await inspect(engine, name, quiet.signal)
    if (!known) return
    const stream = await engine.call('look', { signal: quiet.signal, deadlineMs: 10_000 }, (docker) =>
      docker.getContainer(known.Id).logs({
        follow: true,
        stdout: true,
        stderr: true,
        ...(fromStart ? {} : { tail: 0 }),
        abortSignal: quiet.signal,
      }),
    )
    const parse = newReadingParser()
    for await (const line of linesOf(stream as unknown as AsyncIterable<Buffer>)) {
      const readings = parse(line)
      if (!readings) continue
      clearTimeout(timer)
      timer = setTimeout(silent, watchSilenceMs)
      yield readings
    }
  } catch (error) {
    throw quiet.signal.aborted ? quiet.signal.reason : error
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', end)
    quiet.abort()
  }
}

/** A line that never ends would fill the memory: what is longer than any of ours is thrown away. */
const longestLine = 4096

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = (lines.pop() ?? '').slice(-longestLine)
    yield* lines
  }
}
