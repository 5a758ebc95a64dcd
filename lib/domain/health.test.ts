import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { AgentRow } from './agent-view'
import { type HealthFacts, healthCodes, judgeHealth } from './health'
import { engineWeakness } from './vulnerable-engines'

const now = new Date('2026-03-01T00:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString()

const agent = (over: Partial<AgentRow> = {}) =>
  ({
    id: 'a',
    name: 'gpu-1',
    enabled: true,
    status: 'up',
    standing: 'up',
    latencyMs: 20,
    clockAheadMs: 1_200,
    statusReason: null,
    otherPortal: null,
    drain: null,
    engineVersion: '28.5.2',
    disk: { totalBytes: null, freeBytes: null, low: false },
    certificates: null,
    gpuDiagnoses: [],
    ...over,
  }) as AgentRow

const well: HealthFacts = {
  now,
  database: { latencyMs: 2, clockAheadMs: -40 },
  agents: [agent()],
  portalCertEndsAt: inDays(31),
  shownCertificates: [],
  portalMadeItsCert: false,
  wildcardProblem: null,
  gatewayProblem: null,
  dataDisk: { path: '/var/lib/berth', freeBytes: 2 * 1024 ** 3, totalBytes: 1e12 },
  databaseIsEmbedded: true,
  usesSessionPorts: false,
  sharedSite: null,
}
const judged = (over: Partial<HealthFacts>) =>
  judgeHealth({ ...well, ...over }).map(({ code, severity }) => `${severity} ${code}`)

test('where all is well nothing is said', () => {
  expect(judgeHealth(well)).toEqual([])
  expect(judged({ dataDisk: null })).toEqual([])
  expect(judged({ dataDisk: { path: '/d', freeBytes: 6e7, totalBytes: 1e8 } })).toEqual([])
})

const cases: [string, Partial<HealthFacts>][] = [
  ['error database_unreachable', { database: null, agents: [] }],
  ['error gateway_unreachable', { gatewayProblem: { origin: 'https://x.desktops.example.net', said: 'it answered 404' } }],
  [
    'warning gpu_problem',
    {
      agents: [
        agent({
          gpuDiagnoses: [{ code: 'gpu_missing', severity: 'warning', text: 'gone', hint: 'look', anchor: 'gpu_missing' }],
        }),
      ],
    },
  ],
  ['warning database_slow', { database: { latencyMs: 251, clockAheadMs: 0 } }],
  ['warning portal_disk_low', { dataDisk: { path: '/d', freeBytes: 2e9, totalBytes: 1e12 } }],
  ['error portal_disk_low', { dataDisk: { path: '/d', freeBytes: 2e8, totalBytes: 1e12 } }],
  ['warning portal_disk_low', { dataDisk: { path: '/d', freeBytes: 9e6, totalBytes: 1e8 } }],
  ['error clock_skew', { database: { latencyMs: 1, clockAheadMs: -5_001 } }],
  ['warning clock_skew', { agents: [agent({ clockAheadMs: -31_000 })] }],
  ['warning portal_certificate_ends', { portalCertEndsAt: inDays(30) }],
  ['error portal_certificate_ends', { portalCertEndsAt: inDays(0) }],
  ['warning portal_certificate_ends', { shownCertificates: [{ origin: 'https://a.example', endsAt: inDays(30) }] }],
  ['error wildcard_dns', { wildcardProblem: { domain: 'desktops.example.net', said: 'no such name' } }],
  ['note session_ports', { usesSessionPorts: true }],
  ['note session_site', { sharedSite: 'berth.example.net' }],
  ['error no_agents', { agents: [] }],
  ['error agent_unreachable', { agents: [agent({ standing: 'unreachable', statusReason: 'refused' })] }],
  [
    'error agent_taken',
    {
      agents: [
        agent({
          standing: 'unreachable',
          otherPortal: { installId: 'x', url: 'https://other.example.net', isCopy: false, seenAt: inDays(0) },
        }),
      ],
    },
  ],
  ['warning agent_new', { agents: [agent({ standing: 'new' })] }],
  ['warning agent_slow', { agents: [agent({ standing: 'slow' })] }],
  ['note agent_drained', { agents: [agent({ standing: 'drained' })] }],
  ['warning disk_low', { agents: [agent({ disk: { totalBytes: 1, freeBytes: 0, low: true } })] }],
  [
    'warning certificate_ends',
    {
      agents: [agent({ certificates: { serverEndsAt: inDays(9), clientEndsAt: null, caEndsAt: null, renewedByItself: false } })],
    },
  ],
  ['error engine_vulnerable', { agents: [agent({ engineVersion: '20.10.24' })] }],
]
test.each(cases)('%s is found, and alone', (expected, over) => {
  expect(judged(over)).toEqual([expected])
})

test('every code is found by one of the cases, and has a section in docs/health.md', () => {
  expect([...new Set(cases.map(([text]) => text.split(' ')[1]))].sort()).toEqual([...healthCodes].sort())
  const sections = [...readFileSync('docs/health.md', 'utf8').matchAll(/^## ([a-z_]+)$/gm)].map((match) => match[1])
  expect(sections).toEqual([...healthCodes])
})

test('of a clock it is said which way it is off, and nothing where the agent is away and may have been set right', () => {
  const words = (over: Partial<AgentRow>) => judgeHealth({ ...well, agents: [agent(over)] }).map(({ text }) => text)
  expect(words({ clockAheadMs: 31_000 })).toEqual(['gpu-1: its clock is 31 s ahead of the portal’s.'])
  expect(words({ clockAheadMs: -31_000 })).toEqual(['gpu-1: its clock is 31 s behind the portal’s.'])
  expect(judged({ agents: [agent({ clockAheadMs: 31_000, standing: 'unreachable' })] })).toEqual(['error agent_unreachable'])
})

test('the worst comes first', () => {
  expect(judged({ usesSessionPorts: true, agents: [agent({ standing: 'slow' }), agent({ standing: 'unreachable' })] })).toEqual([
    'error agent_unreachable',
    'warning agent_slow',
    'note session_ports',
  ])
})

test('an agent that is switched off is nobody’s worry', () => {
  expect(judged({ agents: [agent({ enabled: false, standing: 'unreachable', engineVersion: '1.0.0' })] })).toEqual([])
})

test('engines below the repaired versions are told, and those that a distributor repairs are not judged', () => {
  const weak = ['20.10.24', '24.0.8', '25.0.1'].map((version) => engineWeakness(version)?.cve)
  expect(weak).toEqual(['CVE-2024-21626', 'CVE-2024-21626', 'CVE-2024-21626'])
  for (const version of ['24.0.9', '25.0.2', '28.0.0', '20.10.24+dfsg1', 'unknown', null])
    expect(engineWeakness(version)).toBeNull()
})
