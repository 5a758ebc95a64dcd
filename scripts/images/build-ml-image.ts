// Builds the machine-learning desktop in a Docker Engine, unless an image of the same sources and base is already there.
import type Dockerode from 'dockerode'
import { buildDesktopImage, buildNetwork, defaultDesktopTag } from './build-desktop-image'
import { findImage } from './find-image'
import { followStream } from './follow-stream'
import { layerProgress } from './layer-progress'
import { readMachineApt } from './machine-apt'
import { readMachinePython } from './machine-python'
import { debianSuite, type StagedContext } from './stage-desktop-context'
import { addMachineSettings, type Flavour, stageMlContext } from './stage-ml-context'

/** Kasm's open CUDA desktop; match the tag to what is deployed. */
const cudaBase = 'kasmweb/core-cuda-jammy:1.18.0'
const sourceLabel = 'berth.source'
const buildMs = 3 * 60 * 60_000

export type BuildMlOptions = {
  docker: Dockerode
  flavour: Flavour
  environment: Record<string, string | undefined>
  tag?: string | undefined
  base?: string | undefined
  /** QGIS and GDAL too. */
  geo?: boolean
  /** An index with PyTorch wheels of another kind, such as PyTorch's own CPU ones. */
  torchIndex?: string | undefined
  /** Below Docker's 1024 the build gives way to what else runs on the machine. */
  cpuShares?: number | undefined
  onProgress?: (message: string, elapsedSeconds: number) => void
  signal?: AbortSignal
}

export type BuiltMl = { tag: string; sizeBytes: number; wasPresent: boolean; seconds: number }

export const mlTag = (flavour: Flavour) => `berth/desktop-ml:${flavour}`

export async function buildMlImage(options: BuildMlOptions): Promise<BuiltMl> {
  const { docker, flavour, tag = mlTag(flavour) } = options
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1000
  const progress = (message: string) => options.onProgress?.(message, elapsed())
  const context = await stageMlContext()
  try {
    const base = await ensureBase(options, progress)
    const buildargs = {
      BASE: base.reference,
      FLAVOUR: flavour,
      GEO: options.geo ? '1' : '0',
      TORCH_INDEX: options.torchIndex ?? '',
    }
    const source = [context.sourceHash, base.id, buildargs.GEO, buildargs.TORCH_INDEX].join(' ')
    const before = await findImage(docker, tag)
    if (before?.labels[sourceLabel] === source) {
      return { tag, sizeBytes: before.sizeBytes, wasPresent: true, seconds: elapsed() }
    }
    const python = await readMachinePython(options.environment)
    if (python.leftOut.length > 0) {
      progress(`not used, because a build cannot reach it or it holds a password: ${python.leftOut.join(', ')}`)
    }
    await addMachineSettings(context, flavour, await readMachineApt(debianSuite), python)
    progress(`building ${tag} on ${base.reference}`)
    await build(options, { tag, context, buildargs, labels: { [sourceLabel]: source }, progress })
    const after = await findImage(docker, tag)
    if (after === null) throw new Error(`The engine reported success, but there is no image ${tag}.`)
    return { tag, sizeBytes: after.sizeBytes, wasPresent: false, seconds: elapsed() }
  } finally {
    await context.remove()
  }
}

async function ensureBase(
  options: BuildMlOptions,
  progress: (message: string) => void,
): Promise<{ reference: string; id: string }> {
  const { docker, flavour, signal } = options
  if (flavour === 'cpu' && options.base === undefined) {
    const built = await buildDesktopImage({ docker, onProgress: progress, ...(signal === undefined ? {} : { signal }) })
    return { reference: defaultDesktopTag, id: built.imageId }
  }
  const reference = options.base ?? cudaBase
  const found = await findImage(docker, reference)
  if (found !== null) return { reference, id: found.id }
  progress(`pulling ${reference}`)
  try {
    await followStream(await docker.pull(reference, { abortSignal: within(buildMs, signal) }))
  } catch (error) {
    if (signal?.aborted) throw error
    const reason = error instanceof Error ? error.message : error
    throw new Error(`${reference} is not in this engine and cannot be pulled: ${reason}`, { cause: error })
  }
  const pulled = await findImage(docker, reference)
  if (pulled === null) throw new Error(`The engine reported success, but there is no image ${reference}.`)
  return { reference, id: pulled.id }
}

type BuildStep = {
  tag: string
  context: StagedContext
  buildargs: Record<string, string>
  labels: Record<string, string>
  progress: (message: string) => void
}

async function build({ docker, cpuShares, signal }: BuildMlOptions, step: BuildStep): Promise<void> {
  const output: string[] = []
  const report = layerProgress(step.progress)
  const abortSignal = within(buildMs, signal)
  try {
    const stream = await docker.buildImage(
      { context: step.context.folder, src: step.context.entries },
      {
        t: step.tag,
        buildargs: step.buildargs,
        labels: step.labels,
        networkmode: await buildNetwork(docker),
        rm: true,
        forcerm: true,
        abortSignal,
        ...(cpuShares === undefined ? {} : { cpushares: cpuShares }),
      },
    )
    await followStream(stream, (text) => {
      output.push(text)
      report(text)
    })
  } catch (error) {
    if (signal?.aborted) throw error
    const reason = error instanceof Error ? error.message : error
    const tail = output.join('').split('\n').slice(-25).join('\n').trim()
    throw new Error(`${step.tag} could not be built: ${reason}\n${tail}`, { cause: error })
  }
}

function within(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(ms)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}
