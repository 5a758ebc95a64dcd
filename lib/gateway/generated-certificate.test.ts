import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureGeneratedCertificate } from './generated-certificate'

const dayMs = 86_400_000
const start = new Date('2026-05-01T00:00:00Z')
let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-tls-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const ensure = (publicHost: string, afterDays = 0) =>
  ensureGeneratedCertificate({ dataDir, publicHost, clock: { now: () => new Date(start.getTime() + afterDays * dayMs) } })

test('is for the public host and for this machine, and fits its key', async () => {
  const { cert, key, fingerprint } = await ensure('berth.example.org')
  const parsed = new X509Certificate(cert)
  for (const host of ['berth.example.org', 'localhost']) expect(parsed.checkHost(host)).toBe(host)
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(parsed.ca).toBe(false)
  expect(parsed.fingerprint256).toBe(fingerprint)
  expect(() => createSecureContext({ cert, key })).not.toThrow()
})

test('serves a bare address, also IPv6 as it stands in a URL', async () => {
  expect(new X509Certificate((await ensure('192.0.2.7')).cert).checkIP('192.0.2.7')).toBe('192.0.2.7')
  expect(new X509Certificate((await ensure('[2001:db8::7]')).cert).checkIP('2001:db8::7')).toBe('2001:db8::7')
})

test('lies where only its owner may read it', async () => {
  await ensure('berth.example.org')
  expect((await stat(join(dataDir, 'tls', 'generated.pem'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(dataDir, 'tls'))).mode & 0o777).toBe(0o700)
})

test('stays the same from start to start, so that browsers ask once', async () => {
  const first = await ensure('berth.example.org')
  expect(await ensure('berth.example.org', 336)).toEqual(first)
})

test('the next one lies ready two months before it is shown, and is the one that is shown then', async () => {
  const next = () => readFile(join(dataDir, 'tls', 'next.pem'), 'utf8')
  const first = await ensure('berth.example.org', 0)
  await ensure('berth.example.org', 276)
  await expect(next()).rejects.toThrow('ENOENT')
  expect(await ensure('berth.example.org', 278)).toEqual(first)
  const announced = await next()
  expect((await stat(join(dataDir, 'tls', 'next.pem'))).mode & 0o777).toBe(0o600)
  await ensure('berth.example.org', 300)
  expect(await next()).toBe(announced)
  const second = await ensure('berth.example.org', 338)
  expect(announced).toBe(second.key + second.cert)
  expect(await ensure('berth.example.org', 500)).toEqual(second)
  expect(await next()).toBe(announced)
  // Made on day 278, it is announced anew after 277 days.
  expect(await ensure('berth.example.org', 556)).toEqual(second)
  expect(await next()).not.toBe(announced)
  expect((await ensure('other.example.org', 556)).fingerprint).not.toBe(second.fingerprint)
})

test('is made anew before its end, for another host, and when the file is damaged', async () => {
  const { fingerprint } = await ensure('berth.example.org')
  const later = await ensure('berth.example.org', 338)
  expect(later.fingerprint).not.toBe(fingerprint)
  const moved = await ensure('other.example.org', 380)
  expect(moved.fingerprint).not.toBe(later.fingerprint)
  const path = join(dataDir, 'tls', 'generated.pem')
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, 300))
  expect((await ensure('other.example.org', 380)).fingerprint).not.toBe(moved.fingerprint)
})
