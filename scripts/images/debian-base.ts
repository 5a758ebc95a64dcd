// The base of our images: Debian's own slim image where it can be had, and the same thing bootstrapped where it cannot.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { findImage } from './find-image'
import { followStream } from './follow-stream'
import type { AptSettings } from './machine-apt'
import { hasProgram, runProgram } from './run-program'

const pulledBase = 'debian:bookworm-slim'
export const bootstrappedBase = 'berth/debian-base:bookworm'
const registryAnswerMs = 4_000
const pullMs = 10 * 60_000
const bootstrapMs = 15 * 60_000
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

type BaseOptions = {
  docker: Dockerode
  suite: string
  apt: AptSettings
  /** Takes a new one even where an old one is present. */
  fresh: boolean
  onProgress: (message: string) => void
  signal?: AbortSignal | undefined
}

/** Returns the reference of an image to build on. */
export async function ensureDebianBase(options: BaseOptions): Promise<string> {
  const { docker, fresh, onProgress } = options
  if (!fresh) {
    for (const reference of [pulledBase, bootstrappedBase]) if ((await findImage(docker, reference)) !== null) return reference
  }
  if (await registryHas(docker, pulledBase)) {
    onProgress(`pulling ${pulledBase}`)
    try {
      const pull = await docker.pull(pulledBase, { abortSignal: within(pullMs, options.signal) })
      await followStream(pull)
      return pulledBase
    } catch (error) {
      if (options.signal?.aborted) throw error
      onProgress(
        `${pulledBase} could not be pulled (${error instanceof Error ? error.message : error}); bootstrapping it instead`,
      )
    }
  }
  await bootstrap(options)
  return bootstrappedBase
}

/** Asks through the engine, which may have a mirror or a proxy of its own. No answer in time counts as no. */
async function registryHas(docker: Dockerode, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).distribution({ abortSignal: AbortSignal.timeout(registryAnswerMs) })
    return true
  } catch {
    return false
  }
}

async function bootstrap(options: BaseOptions): Promise<void> {
  const { docker, suite, apt, onProgress, signal } = options
  await ensureMmdebstrap(onProgress, signal)
  const folder = await mkdtemp(join(tmpdir(), 'berth-debian-base-'))
  try {
    const tar = join(folder, 'base.tar')
    await writeFile(join(folder, 'sources.list'), apt.sources)
    onProgress(`bootstrapping Debian ${suite}, because ${pulledBase} cannot be pulled here`)
    await runProgram('mmdebstrap', await mmdebstrapArguments(suite, apt, tar, join(folder, 'sources.list')), {
      timeoutMs: bootstrapMs,
      signal,
      onLine: (line) => {
        const step = /^I: ((downloading|extracting|installing) .*?)\.*$/.exec(line)
        if (step?.[1] !== undefined) onProgress(`base: ${step[1]}`)
      },
    })
    onProgress('handing the base to the engine')
    const answer = await docker.importImage(createReadStream(tar), {
      repo: bootstrappedBase.split(':')[0],
      tag: bootstrappedBase.split(':')[1],
      message: `Debian ${suite}, bootstrapped`,
      abortSignal: within(pullMs, signal),
    })
    await followStream(answer)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function mmdebstrapArguments(suite: string, apt: AptSettings, tar: string, sources: string): Promise<string[]> {
  const hasKeyring = await stat(keyring).then(
    () => true,
    () => false,
  )
  return [
    '--variant=minbase',
    // Without it the dependency on a merged /usr is met by usrmerge, which brings all of Perl.
    '--include=usr-is-merged',
    '--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr',
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=APT::Install-Recommends "false"',
    ...apt.configuration
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `--aptopt=${line.replace(/;$/, '')}`),
    ...['man', 'info', 'locale', 'doc', 'lintian'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    // Neither the mirror nor this machine's settings belong into the image.
    '--customize-hook=rm -f "$1/etc/apt/sources.list" "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1/etc/hostname" "$1/etc/resolv.conf"',
    ...(hasKeyring ? [`--keyring=${keyring}`] : []),
    suite,
    tar,
    sources,
  ]
}

async function ensureMmdebstrap(onProgress: (message: string) => void, signal: AbortSignal | undefined): Promise<void> {
  if (await hasProgram('mmdebstrap')) return
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !(await hasProgram('apt-get'))) {
    throw new Error(
      `${pulledBase} cannot be pulled and mmdebstrap is not installed. Give the engine access to a registry, or install ` +
        'mmdebstrap (on Debian and Ubuntu: sudo apt-get install mmdebstrap debian-archive-keyring), and run this again.',
    )
  }
  onProgress('installing mmdebstrap')
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  await runProgram('apt-get', ['update', '-q'], { timeoutMs: 5 * 60_000, signal, environment })
  const wanted = ['mmdebstrap', 'debian-archive-keyring']
  await runProgram('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...wanted], {
    timeoutMs: 10 * 60_000,
    signal,
    environment,
  })
}

function within(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(ms)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}
