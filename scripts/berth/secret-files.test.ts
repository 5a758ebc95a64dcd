import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSecret, secretPath } from '@/lib/config'
import { exchangeSecrets, fingerprintOf, finishRotation, nextSecretPath, writeNextSecret } from './secret-files'

const former = Buffer.alloc(32, 7).toString('base64')
let dataDir: string
const current = () => readSecret({ dataDir, secretPreset: null })

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'berth-secret-test-'))
  writeFileSync(secretPath(dataDir), `${former}\n`, { mode: 0o600 })
})
afterEach(() => rmSync(dataDir, { recursive: true }))

test('a rotation that stopped before the database changed keeps the former secret', () => {
  writeNextSecret(dataDir)
  expect(finishRotation(dataDir, fingerprintOf(former))).toBe(false)
  expect(current()).toBe(former)
})

test('a rotation that stopped after the database changed is finished at the next start', () => {
  const next = writeNextSecret(dataDir)
  expect(finishRotation(dataDir, fingerprintOf(next))).toBe(true)
  expect(current()).toBe(next)
  expect(finishRotation(dataDir, fingerprintOf(next))).toBe(false)
})

test('the former secret is kept beside the new one, and nobody else may read either', () => {
  const next = writeNextSecret(dataDir)
  const keptAt = exchangeSecrets(dataDir)
  expect(keptAt).toBe(`${secretPath(dataDir)}.${fingerprintOf(former)}`)
  expect(readdirSync(dataDir).sort()).toEqual(['secret', `secret.${fingerprintOf(former)}`])
  for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600)
  expect(current()).toBe(next)
})

test('an exchange that stopped between its two steps is finished as well', () => {
  const next = writeNextSecret(dataDir)
  // The former secret was linked aside, and the next one has not taken its place yet.
  writeFileSync(`${secretPath(dataDir)}.${fingerprintOf(former)}`, `${former}\n`)
  expect(finishRotation(dataDir, fingerprintOf(next))).toBe(true)
  expect(current()).toBe(next)
})

test('a secret that belongs to neither file changes nothing', () => {
  writeNextSecret(dataDir)
  expect(finishRotation(dataDir, 'somebody-elses')).toBe(false)
  expect(readdirSync(dataDir)).toContain('secret.next')
  expect(nextSecretPath(dataDir)).toBe(`${secretPath(dataDir)}.next`)
})
