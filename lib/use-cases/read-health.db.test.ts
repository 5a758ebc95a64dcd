import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
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
