import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { hashToken, newToken } from '@/lib/secrets/tokens'
import { meterGateway } from '@/lib/use-cases/process-metrics'
import { type TestInstallation, testInstallation } from '@/lib/use-cases/test-installation'

vi.mock('server-only', () => ({}))

const token = 'metrics-token-of-the-test-0123456789'
let it: TestInstallation
let GET: (request: Request, context: { params: Promise<object> }) => Promise<Response>

beforeAll(async () => {
  it = await testInstallation({ BERTH_METRICS_TOKEN: token })
  Object.assign(globalThis, { berthWebDeps: it.deps })
  GET = (await import('./route')).GET as typeof GET
})
afterAll(async () => {
  Object.assign(globalThis, { berthWebDeps: undefined, berthGatewayTraffic: undefined })
  await it.close()
})

const scrape = (authorization: string, url = 'http://portal/api/metrics') =>
  GET(new Request(url, { headers: { authorization } }), { params: Promise.resolve({}) })

async function keyOf(role: 'admin' | 'user'): Promise<string> {
  const { id: userId } = await it.person(`${role}-of-a-key`, role)
  const key = `brt_${newToken()}`
  await it.db.apiKey.create({ data: { id: newId(), userId, name: 'test', prefix: 'brt_', hash: hashToken(key) } })
  return key
}

const sampleLine = /^([a-z_]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\.)*",?)*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$/

/** Throws on a line that Prometheus would not take. */
function parse(text: string): { values: Map<string, number>; families: string[] } {
  const values = new Map<string, number>()
  const families: string[] = []
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.trimEnd().split('\n')) {
    const type = /^# TYPE ([a-z_]+) (gauge|counter)$/.exec(line)
    if (type) families.push(type[1] as string)
    if (line.startsWith('# ')) continue
    const sample = sampleLine.exec(line)
    if (!sample || sample[1] !== families.at(-1)) throw new Error(`not a sample of its family: ${line}`)
    const series = `${sample[1]}${sample[2] ?? ''}`
    if (values.has(series)) throw new Error(`twice: ${series}`)
    values.set(series, Number(sample[3]))
  }
  return { values, families }
}

const documented = () => [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `([a-z_]+)/gm)].map((match) => match[1])

test('only the token or an administrator reads the metrics', async () => {
  const [admin, user] = [await keyOf('admin'), await keyOf('user')]
  const given = [token, admin, user, `${token}x`, 'brt_none', admin.slice(0, -1)]
  const statuses = await Promise.all(given.map(async (one) => (await scrape(`Bearer ${one}`)).status))
  expect(statuses).toEqual([200, 200, 403, 401, 401, 401])
})

test('without a token of its own in the configuration, none opens the metrics', async () => {
  const { config } = it.deps
  it.deps.config = { ...config, metricsToken: null }
  const statuses = await Promise.all([token, 'null', ''].map(async (one) => (await scrape(`Bearer ${one}`)).status))
  it.deps.config = config
  expect(statuses).toEqual([401, 401, 401])
})

test('a scrape is in the text format, says what the rows say, and every metric is in docs/metrics.md', async () => {
  const now = it.deps.clock.now()
  const ann = await it.person('ann')
  const agentId = await it.agent({ name: 'gpu-1', latencyMs: 250, diskFreeBytes: 7e9 })
  await it.agent({ name: 'gone "x"', status: 'unreachable', latencyMs: 9 })
  const common = { imageName: 'Desktop', spec: {}, cpuMillis: 1000, memoryBytes: 1e9 }
  const add = async (over: object) =>
    (await it.db.session.create({ data: { id: newId(), userId: ann.id, createdAt: now, ...common, ...over } })).id
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  for (const seconds of [1, 3]) {
    const sessionId = await add({ state: 'running', agentId })
    await it.db.sessionEvent.create({ data: { sessionId, code: 'answered', at: later(seconds) } })
    // A later start of the same session is no launch.
    await it.db.sessionEvent.create({ data: { sessionId, code: 'answered', at: later(900) } })
  }
  const old = await add({ state: 'stopped', createdAt: later(-7200), lastInputAt: later(-7200) })
  // One that is used, and one that is only looked at.
  const used = await add({ state: 'running', createdAt: later(-90_000), lastInputAt: later(-60) })
  const seen = await add({ state: 'running', createdAt: later(-90_000), startedAt: later(-5_000) })
  for (const viewers of [[seen], [used, seen]]) {
    const gateway = await it.db.gatewayProcess.create({ data: { id: newId(), heardAt: now } })
    const rows = viewers.map((sessionId) => ({ sessionId, gatewayId: gateway.id, viewers: 2 }))
    await it.db.sessionViewers.createMany({ data: rows })
  }
  await it.db.sessionEvent.create({ data: { sessionId: old, code: 'answered', at: now } })
  await add({ state: 'running', userId: null, agentId })
  await add({ state: 'queued', queuedAt: later(-30) })
  const gpuId = newId()
  await it.db.gpu.create({ data: { id: gpuId, agentId, uuid: 'GPU-a', index: 0, model: 'L40S' } })
  await it.db.gpu.create({ data: { id: newId(), agentId, uuid: 'GPU-b', index: 1, model: 'L40S' } })
  await it.db.gpuHold.create({ data: { gpuId, slot: 0, sessionId: await add({ state: 'running', agentId }) } })
  const reading = { uuid: 'GPU-a', utilizationPercent: 40, memoryUsedBytes: 2e9, temperatureCelsius: null, powerWatts: null }
  await it.db.gpuLive.create({ data: { agentId, at: now, values: [reading] } })
  await it.db.agentPull.create({ data: { agentId, reference: 'a:1', state: 'pulling', sourceAgentId: newId() } })
  // Only what is on its way, or did not arrive, is counted.
  for (const state of ['waiting', 'pushing', 'pushing', 'failed', 'done'] as const) {
    const push = { id: newId(), imageId: await it.image(), agentId, dockerImageId: 'sha256:1', reference: 'registry.test/a:1' }
    await it.db.imagePush.create({ data: { ...push, state } })
  }
  meterGateway(() => ({ streams: 2, requests: 1, grants: 3, bytes: { up: 10, down: 5e12 } }))

  const response = await scrape(`Bearer ${token}`)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const { values, families } = parse(await response.text())
  expect(Object.fromEntries(values)).toMatchObject({
    'berth_launches{step="answered"}': 2,
    'berth_launches{step="placed"}': 0,
    'berth_launch_seconds{step="answered",quantile="0.5"}': 2,
    'berth_sessions{state="running"}': 5,
    'berth_sessions{state="stopped"}': 1,
    berth_ready_sessions: 1,
    berth_viewers: 6,
    berth_sessions_watched: 2,
    'berth_sessions_unused{longer="1h"}': 1,
    'berth_sessions_unused{longer="8h"}': 0,
    berth_queue_sessions: 1,
    berth_queue_oldest_seconds: 30,
    'berth_agents{status="up"}': 1,
    'berth_agents{status="unreachable"}': 1,
    'berth_agent_up{agent="gone \\"x\\""}': 0,
    'berth_agent_latency_seconds{agent="gpu-1"}': 0.25,
    'berth_agent_disk_free_bytes{agent="gpu-1"}': 7e9,
    'berth_gpu_held{agent="gpu-1",gpu="GPU-a"}': 1,
    'berth_gpu_held{agent="gpu-1",gpu="GPU-b"}': 0,
    'berth_gpu_utilization_ratio{agent="gpu-1",gpu="GPU-a"}': 0.4,
    'berth_gpu_memory_used_bytes{agent="gpu-1",gpu="GPU-a"}': 2e9,
    'berth_image_transfers{kind="copy",state="pulling"}': 1,
    'berth_image_transfers{kind="pull",state="failed"}': 0,
    'berth_image_transfers{kind="push",state="waiting"}': 1,
    'berth_image_transfers{kind="push",state="pushing"}': 2,
    'berth_image_transfers{kind="push",state="failed"}': 1,
    berth_gateway_streams: 2,
    'berth_gateway_stream_bytes_total{direction="down"}': 5e12,
  })
  expect([...values.keys()].filter((series) => series.includes('kind="push"'))).toHaveLength(3)
  expect(values.has('berth_agent_latency_seconds{agent="gone \\"x\\""}')).toBe(false)
  expect(values.has('berth_gpu_utilization_ratio{agent="gpu-1",gpu="GPU-b"}')).toBe(false)
  expect(families).toEqual(documented())
})
