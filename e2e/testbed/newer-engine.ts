// The newest Docker Engine that Debian's suites offer, as a root file system of its own, so that it can run beside the machine's. Made once and
// kept: about half a minute and 400 MB. Where the packages come from is the machine's own apt's business.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type AptSettings, readMachineApt } from '@/scripts/images/machine-apt'
import { runProgram } from '@/scripts/images/run-program'

const cache = '/var/cache/berth-test/engines'
const packages = [
  'mount',
  'docker.io',
  'docker-cli',
  'containerd',
  'runc',
  'iptables',
  'iproute2',
  'tini',
  'ca-certificates',
  'procps',
]
/** Newest first; the last is what is stable now. */
const suites = ['sid', 'forky', 'trixie'] as const

export type NewerEngine = { suite: string; root: string; version: string }

export async function ensureNewerEngine(): Promise<NewerEngine> {
  mkdirSync(cache, { recursive: true, mode: 0o711 })
  const failures: string[] = []
  for (const suite of suites) {
    const root = join(cache, suite)
    try {
      if (!existsSync(join(root, 'usr/sbin/dockerd'))) await build(suite, root)
      const said = await runProgram('chroot', [root, '/usr/sbin/dockerd', '--version'], { timeoutMs: 30_000 })
      return { suite, root, version: /version ([\d.]+)/.exec(said)?.[1] ?? said }
    } catch (error) {
      failures.push(`${suite}: ${error instanceof Error ? error.message : error}`)
    }
  }
  throw new Error(`No newer Docker Engine could be had from Debian's suites.\n${failures.join('\n')}`)
}

async function build(suite: string, root: string): Promise<void> {
  const half = `${root}.half`
  rmSync(half, { recursive: true, force: true })
  rmSync(root, { recursive: true, force: true })
  const apt = await readMachineApt('bookworm')
  await runProgram('mmdebstrap', [...options(apt), suite, half, `deb ${mirrorOf(apt)} ${suite} main`], { timeoutMs: 15 * 60_000 })
  // Whole or not at all: the next run must not find a half of it.
  renameSync(half, root)
}

function options({ configuration }: AptSettings): string[] {
  const kept = configuration.split('\n').filter((line) => line !== '' && !line.includes('Check-Valid-Until'))
  return [
    '--mode=root',
    '--variant=apt',
    // A mirror may be a snapshot, whose list of files is past its date.
    ...['Acquire::Check-Valid-Until "false"', 'Acquire::Languages "none"', 'APT::Install-Recommends "false"'].map(
      (line) => `--aptopt=${line}`,
    ),
    ...kept.map((line) => `--aptopt=${line.replace(/;$/, '')}`),
    ...['man', 'doc', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    `--include=${packages.join(',')}`,
  ]
}

/** The first source of the machine, without the suite. */
function mirrorOf({ sources }: AptSettings): string {
  const mirror = /^deb (\S+)/.exec(sources)?.[1]
  if (!mirror) throw new Error('This machine has no Debian mirror.')
  return mirror
}
