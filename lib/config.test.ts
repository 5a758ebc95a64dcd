import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { envExample } from '@/scripts/env-example'
import { ConfigError, loadConfig, readSecret } from './config'

const directory = mkdtempSync(join(tmpdir(), 'berth-config-'))
const pem = join(directory, 'some.pem')
writeFileSync(pem, 'pem')
afterAll(() => rmSync(directory, { recursive: true }))

function problemsOf(env: Record<string, string>): string {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n')
    throw error
  }
  return ''
}

test('nothing set gives a portal for this machine alone', () => {
  const config = loadConfig({})
  expect(config.publicUrl.origin).toBe('http://localhost:7080')
  expect(config.host).toBe('127.0.0.1')
  expect(config.sessionMode).toBe('domain')
  expect(config.sessionDomain).toBe('localhost')
  expect(config.tls).toEqual({ kind: 'none' })
  expect([...config.roles].sort()).toEqual(['controller', 'gateway', 'web'])
  expect(config.databaseIsEmbedded).toBe(true)
})

test('a portal has its hosts for itself unless somebody says that it shares them', () => {
  expect([{}, { BERTH_SHARE_HOSTS: 'no' }, { BERTH_SHARE_HOSTS: 'yes' }].map((env) => loadConfig(env).sharesHosts)).toEqual([
    false,
    false,
    true,
  ])
})

test('a variable set to nothing counts as unset', () => {
  expect(loadConfig({ BERTH_PORT: '', DATABASE_URL: '', BERTH_PUBLIC_URL: '' })).toEqual(loadConfig({}))
})

test('every problem is told at once, each with its variable', () => {
  const problems = problemsOf({
    BERTH_PORT: '99999',
    BERTH_SESSION_PORTS: 'many',
    BERTH_ADMIN_PASSWORD: 'short',
    DATABASE_URL: 'mysql://x',
  })
  for (const name of ['BERTH_PORT', 'BERTH_SESSION_PORTS', 'BERTH_ADMIN_PASSWORD', 'DATABASE_URL'])
    expect(problems).toContain(name)
})

test('a misspelt variable is refused instead of ignored', () => {
  expect(problemsOf({ BERTH_SESION_PORTS: '6100-6199' })).toContain('BERTH_SESION_PORTS')
})

describe('addresses', () => {
  test('listening beyond loopback without HTTPS is refused, with the ways to get it', () => {
    const problems = problemsOf({ BERTH_HOST: '0.0.0.0', BERTH_SESSION_DOMAIN: 'desk.example.net' })
    expect(problems).toContain('BERTH_TLS_CERT')
    expect(problems).toContain('ssh -L')
    expect(problems).toContain('BERTH_TRUSTED_PROXIES')
  })

  test('listening beyond loopback is fine with a certificate', () => {
    const env = { BERTH_HOST: '0.0.0.0', BERTH_PUBLIC_URL: 'https://berth.example.org', BERTH_SESSION_DOMAIN: 'desk.example.net' }
    expect(problemsOf({ ...env, BERTH_TLS_CERT: pem, BERTH_TLS_KEY: pem })).toBe('')
  })

  test('listening beyond loopback is fine behind a proxy with HTTPS', () => {
    const env = { BERTH_HOST: '0.0.0.0', BERTH_PUBLIC_URL: 'https://berth.example.org', BERTH_SESSION_DOMAIN: 'desk.example.net' }
    expect(problemsOf({ ...env, BERTH_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1' })).toBe('')
    expect(problemsOf({ ...env, BERTH_TRUSTED_PROXIES: 'everyone' })).toContain('BERTH_TRUSTED_PROXIES')
  })

  test('plain http for anything but localhost is refused: browsers would drop the session cookie', () => {
    expect(problemsOf({ BERTH_PUBLIC_URL: 'http://berth.example.org', BERTH_SESSION_DOMAIN: 'desk.example.net' })).toContain(
      'must be https',
    )
    expect(problemsOf({ BERTH_PUBLIC_URL: 'http://127.0.0.1:7080' })).toBe('')
  })

  test('a public address with a path or without a scheme is refused', () => {
    expect(problemsOf({ BERTH_PUBLIC_URL: 'https://example.org/berth' })).toContain('without a path')
    expect(problemsOf({ BERTH_PUBLIC_URL: 'example.org' })).toContain('BERTH_PUBLIC_URL')
  })
})

describe('the origin of sessions', () => {
  test('over plain http desktops share no parent name with the portal, where they could plant cookies for it [attack 5]', () => {
    const withDomain = (url: string, domain: string) => problemsOf({ BERTH_PUBLIC_URL: url, BERTH_SESSION_DOMAIN: domain })
    for (const [portal, domain] of [
      ['portal.berth.localhost', 'portal.berth.localhost'],
      ['portal.berth.localhost', 'desks.berth.localhost'],
      ['berth.localhost', 'berth.localhost'],
    ]) {
      expect(withDomain(`http://${portal}:7080`, domain ?? '')).toContain('share no parent')
    }
    expect(withDomain('http://localhost:7080', 'berth.localhost')).toBe('')
    expect(withDomain('http://127.0.0.1:7080', 'localhost')).toBe('')
    const https = { BERTH_PUBLIC_URL: 'https://berth.example.org', BERTH_SESSION_DOMAIN: 'desk.berth.example.org' }
    expect(problemsOf({ ...https, BERTH_TLS_CERT: pem, BERTH_TLS_KEY: pem })).toBe('')
  })

  test('a public portal must be told how sessions get origins of their own', () => {
    const problems = problemsOf({ BERTH_PUBLIC_URL: 'https://berth.example.org' })
    expect(problems).toContain('BERTH_SESSION_DOMAIN')
    expect(problems).toContain('BERTH_SESSION_PORTS')
  })

  test('ports bring HTTPS with a certificate of its own, and an https address by themselves', () => {
    const config = loadConfig({ BERTH_SESSION_PORTS: '6100-6299' })
    expect(config.sessionMode).toBe('port')
    expect(config.sessionPorts).toEqual({ from: 6100, to: 6299 })
    expect(config.sessionDomain).toBeNull()
    expect(config.tls).toEqual({ kind: 'generated' })
    expect(config.publicUrl.origin).toBe('https://localhost:7080')
  })

  test.each([
    ['6299-6100', 'rising range'],
    ['80-90', 'between 1024'],
    ['7000-7100', 'lies within'],
  ])('the range %s is refused', (range, words) => {
    expect(problemsOf({ BERTH_SESSION_PORTS: range })).toContain(words)
  })

  test('a domain and ports at once are refused', () => {
    expect(problemsOf({ BERTH_SESSION_PORTS: '6100-6299', BERTH_SESSION_DOMAIN: 'localhost' })).toContain('not both')
  })
})

describe('files and database', () => {
  test('half a certificate and a missing file are refused', () => {
    expect(problemsOf({ BERTH_TLS_CERT: pem })).toContain('belong together')
    expect(problemsOf({ BERTH_TLS_CERT: pem, BERTH_TLS_KEY: '/no/such/file' })).toContain('/no/such/file')
  })

  test('a data directory whose socket path PostgreSQL could not use is refused', () => {
    expect(problemsOf({ BERTH_DATA_DIR: `/${'d'.repeat(90)}` })).toContain('too long')
    expect(problemsOf({ BERTH_DATA_DIR: 'relative' })).toContain('absolute')
  })

  test('a transaction-mode pooler is refused, since it carries neither notifications nor locks', () => {
    expect(problemsOf({ DATABASE_URL: 'postgresql://db.example.org/berth?pgbouncer=true' })).toContain('pooler')
  })

  test('some roles alone need a database that others reach too', () => {
    expect(problemsOf({ BERTH_ROLES: 'gateway' })).toContain('DATABASE_URL')
    expect(problemsOf({ BERTH_ROLES: 'gateway', DATABASE_URL: 'postgresql://db.example.org/berth' })).toBe('')
    expect(problemsOf({ BERTH_ROLES: 'gatekeeper' })).toContain('BERTH_ROLES')
  })

  test('a missing secret is an error, never an empty secret', () => {
    expect(() => readSecret({ dataDir: directory, secretPreset: null })).toThrow(/secret.*is missing/)
    writeFileSync(join(directory, 'secret'), 'from the file\n')
    expect(readSecret({ dataDir: directory, secretPreset: null })).toBe('from the file')
    expect(readSecret({ dataDir: directory, secretPreset: 'preset' })).toBe('preset')
  })
})

test('.env.example names every variable of the schema, in its words (npm run env-example)', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(envExample())
})
