// Combinations of variables that parse and yet must not be run with, each told together with the ways out.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sharedParent } from '@/lib/domain/session-origin'
import type { Config } from './config'
import type { Environment } from './config-schema'

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

export function isLoopback(host: string): boolean {
  return loopbackNames.has(host) || host.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(host)
}

export function embeddedSocketDir(dataDir: string): string {
  return join(dataDir, 'postgres', 'socket')
}

const waysToHttps =
  'set BERTH_TLS_CERT and BERTH_TLS_KEY, or put a reverse proxy with HTTPS in front (BERTH_PUBLIC_URL=https://…, BERTH_TRUSTED_PROXIES=its address), ' +
  'or keep the default 127.0.0.1 and reach it through ssh -L'

export function unsafeCombinations(env: Environment, config: Config): string[] {
  return [...unsafeAddresses(env, config), ...unsafeSessions(env, config), ...unsafeFiles(env, config), ...unsafeDatabase(env)]
}

function unsafeAddresses(env: Environment, config: Config): string[] {
  const problems: string[] = []
  const https = config.publicUrl.protocol === 'https:'
  const proxied = https && config.trustedProxies.length > 0
  if (!isLoopback(config.host) && config.tls.kind === 'none' && !proxied) {
    problems.push(`BERTH_HOST=${config.host} would carry passwords and desktops over the network unencrypted: ${waysToHttps}.`)
  }
  if (!https && !isLoopback(config.publicUrl.hostname)) {
    problems.push(
      `BERTH_PUBLIC_URL must be https for anything but localhost, since browsers keep the session cookies only then: ${waysToHttps}.`,
    )
  }
  if (!https && config.tls.kind !== 'none') {
    problems.push(
      'BERTH_PUBLIC_URL must start with https, because this process serves HTTPS (certificate files or session ports are configured).',
    )
  }
  if (!isLoopback(config.host) && !env.BERTH_PUBLIC_URL) {
    problems.push('BERTH_PUBLIC_URL must say at which address people reach the portal when BERTH_HOST is not loopback.')
  }
  const badProxies = config.trustedProxies.filter((proxy) => !/^[0-9a-fA-F:.]+(\/\d{1,3})?$/.test(proxy))
  if (badProxies.length > 0)
    problems.push(`BERTH_TRUSTED_PROXIES must hold IP addresses or CIDR ranges, not ${badProxies.join(', ')}.`)
  const badTargets = config.fetchAllow.filter(
    (target) => !/^[0-9a-fA-F:.]+(\/\d{1,3})?$|^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(target),
  )
  if (badTargets.length > 0)
    problems.push(`BERTH_FETCH_ALLOW must hold host names, IP addresses or CIDR ranges, not ${badTargets.join(', ')}.`)
  return problems
}

function unsafeSessions(env: Environment, config: Config): string[] {
  const problems: string[] = []
  if (env.BERTH_SESSION_DOMAIN && env.BERTH_SESSION_PORTS) {
    problems.push(
      'Set BERTH_SESSION_DOMAIN or BERTH_SESSION_PORTS, not both: they are two ways to give each session its own origin.',
    )
  }
  if (config.sessionMode === 'domain' && config.sessionDomain === null) {
    problems.push(
      'Each session needs an origin of its own: set BERTH_SESSION_DOMAIN (wildcard DNS, best a domain used for nothing else) or BERTH_SESSION_PORTS (for example 6100-6299).',
    )
  }
  const shared = sharedParent(config.publicUrl.hostname, config.sessionDomain ?? '')
  if (config.publicUrl.protocol === 'http:' && shared !== null) {
    problems.push(
      `BERTH_PUBLIC_URL and BERTH_SESSION_DOMAIN both lie below ${shared}: over plain HTTP what runs in a desktop could set cookies there that sign people out of the portal. Use https, or names that share no parent, for example http://localhost and desks.localhost.`,
    )
  }
  const range = config.sessionPorts
  if (range && (range.from < 1024 || range.to > 65535 || range.to < range.from)) {
    problems.push('BERTH_SESSION_PORTS must be a rising range between 1024 and 65535, for example 6100-6299.')
  }
  if (range && env.BERTH_ROLES.length < 3 && config.tls.kind === 'generated') {
    problems.push(
      'BERTH_SESSION_PORTS with roles in several processes needs BERTH_TLS_CERT and BERTH_TLS_KEY: each process would make a certificate of its own, and a frame cannot ask whether to trust another one.',
    )
  }
  if (range && config.port >= range.from && config.port <= range.to) {
    problems.push(`BERTH_PORT=${config.port} lies within BERTH_SESSION_PORTS; choose another port or range.`)
  }
  return problems
}

function unsafeFiles(env: Environment, config: Config): string[] {
  const problems: string[] = []
  if (Boolean(env.BERTH_TLS_CERT) !== Boolean(env.BERTH_TLS_KEY)) {
    problems.push('BERTH_TLS_CERT and BERTH_TLS_KEY belong together: set both or none.')
  }
  for (const name of ['BERTH_TLS_CERT', 'BERTH_TLS_KEY'] as const) {
    const path = env[name]
    if (path && !existsSync(path)) problems.push(`${name} names the file ${path}, which does not exist or cannot be read.`)
  }
  // sockaddr_un holds 107 characters; PostgreSQL adds "/.s.PGSQL.5432" and a lock file beside it.
  const longest = 107 - '/.s.PGSQL.5432'.length
  if (config.databaseIsEmbedded && embeddedSocketDir(config.dataDir).length > longest) {
    problems.push(
      `BERTH_DATA_DIR is too long for a database socket (at most ${longest - '/postgres/socket'.length} characters): choose a shorter path.`,
    )
  }
  return problems
}

function unsafeDatabase(env: Environment): string[] {
  if (!env.DATABASE_URL) {
    if (env.BERTH_ROLES.length === 3) return []
    return [
      'BERTH_ROLES without all of web, gateway and controller needs DATABASE_URL: the embedded database belongs to one process that does everything.',
    ]
  }
  const url = new URL(env.DATABASE_URL)
  if (url.searchParams.get('pgbouncer') === 'true') {
    return ['DATABASE_URL points at a transaction-mode pooler; notifications and locks need a direct connection to PostgreSQL.']
  }
  return []
}
