// Where this machine gets its Debian packages from, so that a build behind a company's mirror or proxy works as well.
// It serves the build alone: nothing of it may end up in an image that is shipped.
import { readFile } from 'node:fs/promises'
import { hasProgram, runProgram } from './run-program'

export type AptSettings = {
  /** One-line sources for the suite. */
  sources: string
  /** apt.conf lines: proxies and checks. */
  configuration: string
  /** The machine's certificate authorities, when a mirror is reached over HTTPS. */
  caBundle: string | null
}

const officialSites = { main: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' }

export async function readMachineApt(suite: string): Promise<AptSettings> {
  const known = (await hasProgram('apt-get')) ? await askApt() : { targets: '', dump: '' }
  return aptSettings(suite, known.targets, known.dump, process.env)
}

async function askApt(): Promise<{ targets: string; dump: string }> {
  const [targets, dump] = await Promise.all([
    runProgram('apt-get', ['indextargets', '--format', '$(ORIGIN)|$(LABEL)|$(REPO_URI)', 'Created-By: Packages'], {
      timeoutMs: 20_000,
    }),
    runProgram('apt-config', ['dump'], { timeoutMs: 20_000 }),
  ])
  return { targets, dump }
}

export async function aptSettings(
  suite: string,
  targets: string,
  dump: string,
  environment: Record<string, string | undefined>,
): Promise<AptSettings> {
  const main = siteOf(targets, 'Debian') ?? officialSites.main
  const security = siteOf(targets, 'Debian-Security') ?? officialSites.security
  const sources = [`deb ${main} ${suite} main`, `deb ${main} ${suite}-updates main`, `deb ${security} ${suite}-security main`]
  const needsAuthorities = main.startsWith('https:') || security.startsWith('https:')
  return {
    sources: `${sources.join('\n')}\n`,
    configuration: `${[...keptConfiguration(dump), ...environmentProxies(dump, environment)].join('\n')}\n`,
    caBundle: needsAuthorities ? await readFile('/etc/ssl/certs/ca-certificates.crt', 'utf8') : null,
  }
}

function siteOf(targets: string, label: string): string | undefined {
  for (const line of targets.split('\n')) {
    const [origin, itsLabel, uri] = line.split('|')
    // A file: or cdrom: source is out of reach inside the build.
    if (origin === 'Debian' && itsLabel === label && uri !== undefined && /^https?:\/\//.test(uri)) return uri.replace(/\/+$/, '')
  }
  return undefined
}

function keptConfiguration(dump: string): string[] {
  const kept = /^Acquire::(Check-Valid-Until|Check-Date|Retries|https?::Proxy|https?::Proxy::[^ ]+) "[^"]*";$/
  return dump.split('\n').filter((line) => kept.test(line) && !line.endsWith(' "";'))
}

function environmentProxies(dump: string, environment: Record<string, string | undefined>): string[] {
  return ['http', 'https'].flatMap((scheme) => {
    const proxy = environment[`${scheme}_proxy`]
    const isSet = new RegExp(`^Acquire::${scheme}::Proxy "[^"]+"`, 'm').test(dump)
    return proxy === undefined || isSet || /["\n]/.test(proxy) ? [] : [`Acquire::${scheme}::Proxy "${proxy}";`]
  })
}
