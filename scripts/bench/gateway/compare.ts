// All measurements, the proxies taking turns so that whatever else the machine does meets all of them.
import { median } from '@/scripts/bench/statistics'
import { cpuPercentOfDesktops, cpuPerRequestUs, cpuSecondsPerGb, kbPerIdleStream, type Latency, latency } from './measure'
import { type Leak, leaksOf } from './misbehaviour'
import { type Bench, type Form, type ProxyName, type RunningProxy, startProxy } from './proxies'

export type Costs = {
  smallUs: number
  /** Where the desktop keeps its connections, which KasmVNC does not. */
  keptUs: number
  largeUs: number
  streamSecondsPerGb: number
  desktopsPercent: number
  idleKb: number
  echo: Latency
  leaks: Leak[]
}
export type Compared = { form: Form; direct: Latency | null; costs: Map<ProxyName, Partial<Costs>> }[]

type Plan = { form: Form; proxies: ProxyName[]; repeats: number; requests: number; streamBytes: number; isFull: boolean }

const everyone: ProxyName[] = ['berth', 'chp', 'nginx', 'pipe']
// configurable-http-proxy answers 503 where a desktop's certificate is self-signed, --insecure or not.
const overTls: ProxyName[] = ['berth', 'nginx', 'pipe']
const warmUps = 2
const plans: Plan[] = [
  { form: 'plain to plain', proxies: everyone, repeats: 3, requests: 4_000, streamBytes: 1e9, isFull: true },
  { form: 'plain to TLS', proxies: overTls, repeats: 3, requests: 200, streamBytes: 3e8, isFull: false },
  { form: 'TLS to TLS', proxies: overTls, repeats: 3, requests: 200, streamBytes: 3e8, isFull: false },
]

export async function compare(bench: Bench): Promise<Compared> {
  const compared: Compared = []
  for (const plan of plans) compared.push(await compareIn(bench, plan))
  return compared
}

async function compareIn(bench: Bench, plan: Plan): Promise<Compared[number]> {
  const costs = new Map<ProxyName, Partial<Costs>>(plan.proxies.map((name) => [name, {}]))
  const add = (name: ProxyName, more: Partial<Costs>) => costs.set(name, { ...costs.get(name), ...more })
  const said = (what: string) => console.log(`${plan.form}: ${what}`)
  for (const name of plan.proxies) {
    const values = await repeated(plan.isFull ? 3 : 2, () => withProxy(bench, name, plan, kbPerIdleStream))
    add(name, { idleKb: median(values) })
    said(`${name} idle KB ${values.map((v) => v.toFixed(1)).join(' ')}`)
  }
  const running = await Promise.all(plan.proxies.map((name) => startProxy(bench, name, plan.form)))
  const least = plan.isFull ? [await startProxy(bench, 'least', plan.form)] : []
  try {
    for (const [key, values] of await takeTurns(running, least, plan)) {
      for (const [name, samples] of values) {
        add(name, { [key]: median(samples) })
        said(`${name} ${key} ${samples.map((v) => v.toPrecision(3)).join(' ')}`)
      }
    }
    let direct: Latency | null = null
    if (plan.isFull) {
      const { plainPort } = bench.upstream
      direct = await latency({ port: plainPort, isTls: false, headersFor: () => 'Host: x\r\n' }, 2_000)
      for (const proxy of running) add(proxy.name, { echo: await latency(proxy.door, 2_000) })
      for (const proxy of running) add(proxy.name, { leaks: await leaksOf(proxy) })
    }
    return { form: plan.form, direct, costs }
  } finally {
    await Promise.all([...running, ...least].map((proxy) => proxy.stop()))
  }
}

type Taken = [keyof Costs, Map<ProxyName, number[]>][]

async function takeTurns(running: RunningProxy[], least: RunningProxy[], plan: Plan): Promise<Taken> {
  const { repeats, requests, streamBytes, isFull } = plan
  const measures: [keyof Costs, (proxy: RunningProxy) => Promise<number>][] = [
    ['smallUs', (proxy) => cpuPerRequestUs(proxy, '/small', requests)],
    ['largeUs', (proxy) => cpuPerRequestUs(proxy, '/large', Math.round(requests / 20))],
    ['streamSecondsPerGb', (proxy) => cpuSecondsPerGb(proxy, streamBytes)],
  ]
  if (isFull) {
    measures.push(['keptUs', (proxy) => cpuPerRequestUs(proxy, '/kept', requests)])
    measures.push(['desktopsPercent', (proxy) => cpuPercentOfDesktops(proxy, 2)])
  }
  const taken: Taken = []
  for (const [key, measure] of measures) {
    const taking = key === 'smallUs' ? [...running, ...least] : running
    const values = new Map<ProxyName, number[]>(taking.map(({ name }) => [name, []]))
    // The first turns are the compiler's.
    for (let turn = -warmUps; turn < repeats; turn++) {
      for (const proxy of taking) {
        const value = await measure(proxy)
        if (turn >= 0) values.get(proxy.name)?.push(value)
      }
    }
    taken.push([key, values])
  }
  return taken
}

async function withProxy<T>(bench: Bench, name: ProxyName, { form }: Plan, use: (proxy: RunningProxy) => Promise<T>): Promise<T> {
  const proxy = await startProxy(bench, name, form)
  try {
    return await use(proxy)
  } finally {
    await proxy.stop()
  }
}

async function repeated<T>(times: number, run: () => Promise<T>): Promise<T[]> {
  const values: T[] = []
  for (let time = 0; time < times; time++) values.push(await run())
  return values
}
