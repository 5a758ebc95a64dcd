// The only reader of the environment: one schema, every problem told at once, unsafe combinations refused with the ways out.
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseTransferAddress, type TransferAddress } from '@/lib/domain/transfer-address'
import { embeddedSocketDir, isLoopback, unsafeCombinations } from './config-checks'
import { type Environment, environmentSchema } from './config-schema'

export type Role = 'web' | 'gateway' | 'controller'
export type PortRange = { from: number; to: number }

export type Config = {
  /** Where people open the portal; origin only, no path. */
  publicUrl: URL
  host: string
  port: number
  sessionMode: 'domain' | 'port'
  /** `<session>.<sessionDomain>` is a session's host; null in port mode. */
  sessionDomain: string | null
  /** One port per session, HTTPS; null in domain mode. */
  sessionPorts: PortRange | null
  /** What this process itself speaks: plain HTTP, TLS from files, or TLS with a certificate that it made. */
  tls: { kind: 'none' } | { kind: 'files'; certPath: string; keyPath: string } | { kind: 'generated' }
  /** Addresses or CIDR ranges whose X-Forwarded-* headers are believed. */
  trustedProxies: string[]
  /** Host names, addresses or CIDR ranges that may be fetched from although they are not public. */
  fetchAllow: string[]
  /** Where agents see this process come from; null: the addresses of its machine. */
  egressAddresses: string[] | null
  /** Where the controller takes files for sessions, and how web processes reach it where that is elsewhere. */
  transfers: { listen: TransferAddress; advertised: TransferAddress | null }
  /** Where it answers of its health beside everything else; null: only where it answers anyway. */
  healthListen: TransferAddress | null
  dataDir: string
  roles: ReadonlySet<Role>
  /** Always set: the embedded database has its socket at a fixed place in the data directory. */
  databaseUrl: string
  databaseIsEmbedded: boolean
  /** Presets the password of the first administrator. */
  adminPassword: string | null
  /** Presets the value of the label `berth.install` for a new installation. */
  installLabel: string | null
  /** Other portals may act on the same hosts. */
  sharesHosts: boolean
  /** The secret itself where several machines share one installation; otherwise it is read from the data directory. */
  secretPreset: string | null
  /** Whoever shows it may read the metrics; null: only administrators. */
  metricsToken: string | null
  logTo: 'auto' | 'stdout' | 'file'
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  production: boolean
  /** Changes with every source file; put in when the portal is built. */
  buildVersion: string
  /** systemd keeps what is written to stdout; no file is needed then. */
  underJournal: boolean
}

export class ConfigError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** A variable set to nothing counts as unset: that is what `VAR=` in an environment file means to people. */
function withoutEmpty(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  )
}

export function loadConfig(env: Record<string, string | undefined>): Config {
  const present = withoutEmpty(env)
  const parsed = environmentSchema.safeParse(present)
  const unknown = Object.keys(present).filter((name) => name.startsWith('BERTH_') && !isKnownVariable(name))
  const problems = unknown.map((name) => `${name} is not a variable that Berth knows; check the spelling against .env.example.`)
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path[0]?.toString() ?? 'environment'} ${issue.message}.`))
    throw new ConfigError(problems)
  }
  const config = toConfig(parsed.data)
  problems.push(...unsafeCombinations(parsed.data, config))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Tests and tools have variables of their own; only what could be a typing error is refused. */
function isKnownVariable(name: string): boolean {
  return name in environmentSchema.shape || /^BERTH_(TEST|BENCH)_|^BERTH_BUILD_VERSION$/.test(name)
}

function toConfig(env: Environment): Config {
  const sessionPorts = parsePorts(env.BERTH_SESSION_PORTS)
  const tls = tlsOf(env, sessionPorts)
  const publicUrl = new URL(env.BERTH_PUBLIC_URL ?? `${tls.kind === 'none' ? 'http' : 'https'}://localhost:${env.BERTH_PORT}`)
  const dataDir = env.BERTH_DATA_DIR ?? defaultDataDir(env.XDG_DATA_HOME)
  return {
    publicUrl,
    host: env.BERTH_HOST,
    port: env.BERTH_PORT,
    sessionMode: sessionPorts ? 'port' : 'domain',
    sessionDomain: sessionPorts ? null : (env.BERTH_SESSION_DOMAIN ?? (isLoopback(publicUrl.hostname) ? 'localhost' : null)),
    sessionPorts,
    tls,
    trustedProxies: listOf(env.BERTH_TRUSTED_PROXIES),
    fetchAllow: listOf(env.BERTH_FETCH_ALLOW),
    egressAddresses: env.BERTH_EGRESS_ADDRESSES?.split(',') ?? null,
    transfers: transfersOf(env),
    healthListen: addressOf(env.BERTH_HEALTH_LISTEN),
    dataDir,
    roles: new Set(env.BERTH_ROLES),
    databaseUrl: env.DATABASE_URL ?? embeddedDatabaseUrl(dataDir),
    databaseIsEmbedded: env.DATABASE_URL === undefined,
    adminPassword: env.BERTH_ADMIN_PASSWORD ?? null,
    installLabel: env.BERTH_INSTALL_LABEL ?? null,
    sharesHosts: env.BERTH_SHARE_HOSTS === 'yes',
    secretPreset: env.BERTH_SECRET ?? null,
    metricsToken: env.BERTH_METRICS_TOKEN ?? null,
    logTo: env.BERTH_LOG,
    logLevel: env.BERTH_LOG_LEVEL,
    production: env.NODE_ENV === 'production',
    // Spelt out, since the bundlers put the value in for exactly these words.
    buildVersion: process.env.BERTH_BUILD_VERSION ?? 'development',
    underJournal: env.JOURNAL_STREAM !== undefined,
  }
}

function transfersOf({ BERTH_TRANSFER_LISTEN: listen, BERTH_TRANSFER_ADDRESS: advertised }: Environment): Config['transfers'] {
  return {
    listen: parseTransferAddress(listen) ?? { host: '127.0.0.1', port: 0 },
    advertised: addressOf(advertised),
  }
}

function addressOf(text: string | undefined): TransferAddress | null {
  return parseTransferAddress(text ?? '')
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((part) => part.trim() || [])
}

function tlsOf(env: Environment, sessionPorts: PortRange | null): Config['tls'] {
  if (env.BERTH_TLS_CERT && env.BERTH_TLS_KEY) return { kind: 'files', certPath: env.BERTH_TLS_CERT, keyPath: env.BERTH_TLS_KEY }
  // Browsers keep a session's cookie only over HTTPS, and nobody buys a certificate for a bare IP address.
  if (sessionPorts) return { kind: 'generated' }
  return { kind: 'none' }
}

function parsePorts(range: string | undefined): PortRange | null {
  if (!range) return null
  const [from, to] = range.split('-').map(Number)
  return { from: from ?? 0, to: to ?? 0 }
}

function defaultDataDir(xdgDataHome: string | undefined): string {
  // As root the embedded database runs as the user postgres, who cannot walk through a 0700 home.
  if (process.getuid?.() === 0) return '/var/lib/berth'
  return join(xdgDataHome ?? join(homedir(), '.local/share'), 'berth')
}

function embeddedDatabaseUrl(dataDir: string): string {
  return `postgresql://berth@localhost/berth?host=${encodeURIComponent(embeddedSocketDir(dataDir))}`
}

let loaded: Config | undefined

/** The configuration of this process, read once. Throws `ConfigError` with every problem. */
export function config(): Config {
  loaded ??= loadConfig(process.env)
  return loaded
}

export function secretPath(dataDir: string): string {
  return join(dataDir, 'secret')
}

/** Lies ready some months before it is shown: agents' hosts are told of it meanwhile. */
export function nextCertificatePath(dataDir: string): string {
  return join(dataDir, 'tls', 'next.pem')
}

/** Key and certificate that the portal makes where sessions have ports. */
export function generatedCertificatePath(dataDir: string): string {
  return join(dataDir, 'tls', 'generated.pem')
}

/** The installation's secret, from which every key is derived. `up` makes it; here it is only read. */
export function readSecret(from: Pick<Config, 'dataDir' | 'secretPreset'>): string {
  if (from.secretPreset) return from.secretPreset
  const path = secretPath(from.dataDir)
  if (!existsSync(path)) {
    throw new ConfigError([
      `The secret ${path} is missing. Restore it from a backup, or run npm run up to make a new installation.`,
    ])
  }
  return readFileSync(path, 'utf8').trim()
}
