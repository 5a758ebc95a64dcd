// Builds the starter desktop in a Docker Engine, unless an image of the same sources is already there.
import type Dockerode from 'dockerode'
import { bootstrappedBase, ensureDebianBase } from './debian-base'
import { findImage } from './find-image'
import { followStream } from './follow-stream'
import { readMachineApt } from './machine-apt'
import { addAptSettings, debianSuite, type StagedContext, stageDesktopContext } from './stage-desktop-context'

export const defaultDesktopTag = 'berth/desktop:local'

const sourceLabel = 'berth.source'
const stageLabel = 'berth.stage'
const buildMs = 30 * 60_000
const callMs = 60_000

export type BuildDesktopOptions = {
  docker: Dockerode
  tag?: string
  /** Builds anew from the newest packages, whatever is there. */
  fresh?: boolean
  onProgress?: (message: string, elapsedSeconds: number) => void
  signal?: AbortSignal
}

export type BuiltDesktop = { tag: string; imageId: string; sizeBytes: number; wasPresent: boolean; seconds: number }

export async function buildDesktopImage(options: BuildDesktopOptions): Promise<BuiltDesktop> {
  const { docker, tag = defaultDesktopTag, fresh = false, signal } = options
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1000
  const progress = (message: string) => options.onProgress?.(message, elapsed())
  const context = await stageDesktopContext()
  try {
    const before = await findImage(docker, tag)
    if (!fresh && before?.labels[sourceLabel] === context.sourceHash) {
      return { tag, imageId: before.id, sizeBytes: before.sizeBytes, wasPresent: true, seconds: elapsed() }
    }
    const apt = await readMachineApt(debianSuite)
    await addAptSettings(context, apt)
    const baseBefore = fresh ? await findImage(docker, bootstrappedBase) : null
    const base = await ensureDebianBase({ docker, suite: debianSuite, apt, fresh, onProgress: progress, signal })
    progress(`building ${tag} on ${base}`)
    await build({ docker, tag, base, context, fresh, progress, signal })
    const after = await findImage(docker, tag)
    if (after === null) throw new Error(`The engine reported success, but there is no image ${tag}.`)
    try {
      await removeReplaced(docker, [before?.id, baseBefore?.id])
    } catch (error) {
      progress(`replaced images could not be removed: ${error instanceof Error ? error.message : error}`)
    }
    return { tag, imageId: after.id, sizeBytes: after.sizeBytes, wasPresent: false, seconds: elapsed() }
  } finally {
    await context.remove()
  }
}

type BuildStep = {
  docker: Dockerode
  tag: string
  base: string
  context: StagedContext
  fresh: boolean
  progress: (message: string) => void
  signal: AbortSignal | undefined
}

async function build({ docker, tag, base, context, fresh, progress, signal }: BuildStep): Promise<void> {
  const timeout = AbortSignal.timeout(buildMs)
  const output: string[] = []
  const report = readableProgress(progress)
  try {
    const stream = await docker.buildImage(
      { context: context.folder, src: context.entries },
      {
        t: tag,
        buildargs: { BASE: base },
        labels: { [sourceLabel]: context.sourceHash },
        networkmode: await buildNetwork(docker),
        nocache: fresh,
        rm: true,
        forcerm: true,
        abortSignal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      },
    )
    await followStream(stream, (text) => {
      output.push(text)
      report(text)
    })
  } catch (error) {
    if (signal?.aborted) throw error
    const reason = timeout.aborted
      ? `it took longer than ${buildMs / 60_000} minutes`
      : error instanceof Error
        ? error.message
        : error
    const tail = output.join('').split('\n').slice(-20).join('\n').trim()
    throw new Error(`The desktop image could not be built: ${reason}\n${tail}`, { cause: error })
  }
}

/**
 * The build downloads as the machine does, with its resolver and its proxy on 127.0.0.1, which a bridge has neither of.
 * An engine that remaps users refuses the machine's network.
 */
export async function buildNetwork(docker: Dockerode): Promise<'host' | 'default'> {
  // The options are missing from the published types.
  const info = docker.info.bind(docker) as (options: { abortSignal: AbortSignal }) => Promise<{ SecurityOptions?: string[] }>
  const { SecurityOptions = [] } = await info({ abortSignal: AbortSignal.timeout(callMs) })
  return SecurityOptions.some((option) => /^name=userns\b/.test(option)) ? 'default' : 'host'
}

/** The engine's chatter, reduced to what a person waits for. */
function readableProgress(progress: (message: string) => void): (text: string) => void {
  let steps = 0
  let done = 0
  let reported = 0
  return (text) => {
    if (/^Step \d+\/\d+ : COPY --from=packages/.test(text)) progress('putting the image together')
    const planned = /(\d+) newly installed/.exec(text)
    // Each package is unpacked, then set up.
    if (planned !== null) steps = 2 * Number(planned[1])
    done += text.match(/^(Unpacking|Setting up) /gm)?.length ?? 0
    const percent = steps === 0 ? 0 : Math.min(100, Math.floor((100 * done) / steps))
    if (percent < reported + 10) return
    reported = percent
    progress(`installing packages: ${percent} %`)
  }
}

/** Removes what this build replaced and package stages that no build will use again, as far as nothing else names or uses them. */
async function removeReplaced(docker: Dockerode, ids: (string | undefined)[]): Promise<void> {
  const nameless = await docker.listImages({
    filters: JSON.stringify({ dangling: ['true'] }),
    abortSignal: AbortSignal.timeout(callMs),
  })
  const isStage = (image: Dockerode.ImageInfo) => image.Labels?.[stageLabel] === 'desktop-packages'
  const outdated = nameless.filter(isStage).sort((one, other) => other.Created - one.Created)
  for (const { Id } of outdated.slice(1)) await removeUnused(docker, Id)
  for (const { Id } of nameless.filter((image) => !isStage(image) && ids.includes(image.Id))) await removeUnused(docker, Id)
}

async function removeUnused(docker: Dockerode, id: string): Promise<void> {
  try {
    await docker.getImage(id).remove({ abortSignal: AbortSignal.timeout(callMs) })
  } catch (error) {
    // 409: a container or another tag holds it; 404: it is gone already.
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
}
