// npm run images -- NAME [options]: builds the images that come with Berth.
import { parseArgs } from 'node:util'
import Docker from 'dockerode'
import { buildDesktopImage, defaultDesktopTag } from './images/build-desktop-image'
import { buildMlImage, mlTag } from './images/build-ml-image'
import type { Flavour } from './images/stage-ml-context'

const usage = `Usage: npm run images -- desktop [--tag ${defaultDesktopTag}] [--fresh]
       npm run images -- desktop-ml [--flavour cpu|cuda] [--tag ${mlTag('cpu')}] [--base IMAGE] [--geo]
                                    [--torch-index URL] [--cpu-shares N]`

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tag: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      flavour: { type: 'string', default: 'cpu' },
      base: { type: 'string' },
      geo: { type: 'boolean', default: false },
      'torch-index': { type: 'string' },
      'cpu-shares': { type: 'string' },
    },
  })
  const [name] = positionals
  const { flavour } = values
  const cpuShares = values['cpu-shares'] === undefined ? undefined : Number(values['cpu-shares'])
  if (positionals.length !== 1 || (name !== 'desktop' && name !== 'desktop-ml')) throw new Error(usage)
  if (flavour !== 'cpu' && flavour !== 'cuda') throw new Error(usage)
  if (cpuShares !== undefined && !(Number.isInteger(cpuShares) && cpuShares >= 2)) throw new Error(usage)
  const checked: { name: 'desktop' | 'desktop-ml'; flavour: Flavour } = { name, flavour }
  return { ...values, ...checked, cpuShares }
}

type Arguments = ReturnType<typeof readArguments>

function argumentsOrUsage(): Arguments {
  try {
    return readArguments()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
}

function build(chosen: Arguments, signal: AbortSignal) {
  const common = {
    // DOCKER_HOST and its companions, or the usual socket.
    docker: new Docker(),
    signal,
    onProgress: (message: string, seconds: number) => console.log(`${seconds.toFixed(1).padStart(6)} s  ${message}`),
  }
  const { tag, fresh, flavour, base, geo, cpuShares } = chosen
  if (chosen.name === 'desktop') return buildDesktopImage({ ...common, tag: tag ?? defaultDesktopTag, fresh })
  return buildMlImage({
    ...common,
    environment: process.env,
    flavour,
    tag,
    base,
    geo,
    torchIndex: chosen['torch-index'],
    cpuShares,
  })
}

const chosen = argumentsOrUsage()
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())

try {
  const built = await build(chosen, stop.signal)
  const size = `${Math.round(built.sizeBytes / 1e6)} MB`
  console.log(
    built.wasPresent ? `${built.tag} is up to date (${size}).` : `${built.tag} built in ${built.seconds.toFixed(0)} s (${size}).`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(stop.signal.aborted ? 130 : 1)
}
