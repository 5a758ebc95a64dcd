// npm run images -- desktop [--tag NAME] [--fresh]: builds the images that come with Berth.
import { parseArgs } from 'node:util'
import Docker from 'dockerode'
import { buildDesktopImage, defaultDesktopTag } from './images/build-desktop-image'

const usage = `Usage: npm run images -- desktop [--tag ${defaultDesktopTag}] [--fresh]`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tag: { type: 'string', default: defaultDesktopTag }, fresh: { type: 'boolean', default: false } },
})

if (positionals.length !== 1 || positionals[0] !== 'desktop') {
  console.error(usage)
  process.exit(2)
}

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())

try {
  const built = await buildDesktopImage({
    // DOCKER_HOST and its companions, or the usual socket.
    docker: new Docker(),
    tag: values.tag,
    fresh: values.fresh,
    signal: stop.signal,
    onProgress: (message, elapsedSeconds) => console.log(`${elapsedSeconds.toFixed(1).padStart(6)} s  ${message}`),
  })
  const size = `${Math.round(built.sizeBytes / 1e6)} MB`
  console.log(
    built.wasPresent ? `${built.tag} is up to date (${size}).` : `${built.tag} built in ${built.seconds.toFixed(0)} s (${size}).`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(stop.signal.aborted ? 130 : 1)
}
