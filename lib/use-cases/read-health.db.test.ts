import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { ensureGeneratedCertificate } from '@/lib/gateway/generated-certificate'
import { readHealth } from './read-health'
import { type TestInstallation, testInstallation } from './test-installation'

let it: TestInstallation
let root: Actor

beforeAll(async () => {
  it = await testInstallation()
  root = await it.person('root', 'admin')
  it.deps.clock = { now: () => new Date() }
})
afterAll(() => it.close())

test('health is for administrators alone', async () => {
  await expect(readHealth(it.deps, await it.person('ann'))).rejects.toMatchObject({ code: 'forbidden' })
})

test('the database tells its version and time, and agents what was last seen of them', async () => {
  const findings = async () => (await readHealth(it.deps, root)).findings.map(({ code }) => code)
  expect(await findings()).toContain('no_agents')
  const id = await it.agent({ status: 'unreachable', statusReason: 'refused', engineVersion: '19.3.0' })
  const report = await readHealth(it.deps, root)
  expect(report).toMatchObject({ agents: 1, database: { version: expect.stringMatching(/^\d+/) } })
  expect(report.findings.map(({ code, href }) => [code, href])).toEqual(
    expect.arrayContaining([
      ['agent_unreachable', `/admin/agents/${id}`],
      ['engine_vulnerable', `/admin/agents/${id}`],
    ]),
  )
  expect(await findings()).not.toContain('clock_skew')
  it.deps.clock = { now: () => new Date(Date.now() - 60_000) }
  expect(await findings()).toContain('clock_skew')
})

test('a session domain without wildcard DNS is told', async () => {
  const deps = { ...it.deps, config: { ...it.deps.config, sessionDomain: 'desktops.invalid' } }
  expect((await readHealth(deps, root)).findings.map(({ code }) => code)).toContain('wildcard_dns')
})

test('a certificate that the portal made and could not renew is told before it ends', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'berth-health-'))
  const made = new Date()
  const afterDays = (days: number) => ({ now: () => new Date(made.getTime() + days * 86_400_000) })
  await ensureGeneratedCertificate({ dataDir, publicHost: 'localhost', clock: afterDays(0) })
  const config = { ...it.deps.config, dataDir, tls: { kind: 'generated' as const } }
  const found = async (days: number) =>
    (await readHealth({ ...it.deps, config, clock: afterDays(days) }, root)).findings
      .filter(({ code }) => code === 'portal_certificate_ends')
      .map(({ severity, hint }) => ({ severity, hint }))
  expect(await found(366)).toEqual([])
  expect(await found(368)).toEqual([{ severity: 'warning', hint: expect.stringContaining('data directory') }])
  expect(await found(398)).toEqual([{ severity: 'error', hint: expect.stringContaining('data directory') }])
  await rm(dataDir, { recursive: true })
})
