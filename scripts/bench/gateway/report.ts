// The table, the targets and the JSON line.
import { loadavg } from 'node:os'
import { rounded } from '@/scripts/bench/statistics'
import type { Compared, Costs } from './compare'
import type { ProxyName } from './proxies'

const labels: Record<ProxyName, string> = {
  berth: 'Berth',
  chp: 'CHP 5.3',
  nginx: 'nginx',
  pipe: 'bare Node pipe',
  least: 'least in Node',
}
const targets = {
  httpCpuVsChp: 0.45,
  streamCpuVsChp: 0.55,
  streamCpuVsNginx: 0.8,
  addedLatencyP50Ms: 0.5,
  idleStreamKb: 16,
  leakedSockets: 0,
}
const mostBesidePipe = 1.2

const columns: [string, (costs: Partial<Costs>) => string][] = [
  ['1 KB, µs', ({ smallUs }) => shown(smallUs, 0)],
  ['1 KB kept, µs', ({ keptUs }) => shown(keptUs, 0)],
  ['1 MB, µs', ({ largeUs }) => shown(largeUs, 0)],
  ['stream, s/GB', ({ streamSecondsPerGb }) => shown(streamSecondsPerGb, 2)],
  ['40 × 25/s, % core', ({ desktopsPercent }) => shown(desktopsPercent, 1)],
  ['idle stream, KB', ({ idleKb }) => shown(idleKb, 1)],
  ['echo p50 / p99, ms', ({ echo }) => (echo ? `${shown(echo.p50Ms, 3)} / ${shown(echo.p99Ms, 2)}` : '')],
]

export function report(compared: Compared): void {
  for (const { form, costs } of compared) {
    console.log(`\n${form}\n${row(['', ...columns.map(([name]) => name)])}`)
    for (const [name, cost] of costs) console.log(row([labels[name], ...columns.map(([, show]) => show(cost))]))
  }
  printLeaks(compared)
  const line = summarise(compared)
  console.log(`\nload ${loadavg().map(rounded).join(' ')}`)
  for (const [name, most] of Object.entries(targets)) {
    const value = line[name] ?? Number.NaN
    console.log(`target ${name} ≤ ${most}: ${value} ${value <= most ? 'met' : 'missed'}`)
  }
  for (const name of ['idleVsPipePlainToTls', 'idleVsPipeTlsToTls']) {
    const value = line[name] ?? Number.NaN
    console.log(`target ${name} ≤ ${mostBesidePipe}: ${value} ${value <= mostBesidePipe ? 'met' : 'missed'}`)
  }
  const leastUs = compared[0]?.costs.get('least')?.smallUs ?? Number.NaN
  console.log(
    `a request of 1 KB over a connection of its own costs ${leastUs.toFixed(0)} µs in Node and the kernel before a proxy does anything (least in Node)`,
  )
  console.log(JSON.stringify(line))
}

function printLeaks(compared: Compared): void {
  const plain = compared[0]?.costs ?? new Map<ProxyName, Partial<Costs>>()
  const names = [...plain].flatMap(([name, { leaks }]) => (leaks ? [name] : []))
  const cases = plain.get('berth')?.leaks?.map(({ name }) => name) ?? []
  console.log(`\nsockets left two seconds after 50 of them\n${row([''.padEnd(28), ...names.map((name) => labels[name])])}`)
  for (const [index, name] of cases.entries()) {
    console.log(row([name.padEnd(44), ...names.map((proxy) => String(plain.get(proxy)?.leaks?.[index]?.left ?? ''))]))
  }
}

export function summarise(compared: Compared): Record<string, number> {
  const of = (form: number, name: ProxyName) => compared[form]?.costs.get(name) ?? {}
  const ratio = (form: number, key: 'smallUs' | 'keptUs' | 'streamSecondsPerGb' | 'idleKb', beside: ProxyName) =>
    hundredths((of(form, 'berth')[key] ?? Number.NaN) / (of(form, beside)[key] ?? Number.NaN))
  const berth = of(0, 'berth')
  const direct = compared[0]?.direct
  return {
    httpCpuVsChp: ratio(0, 'smallUs', 'chp'),
    leastNodeHttpCpuVsChp: hundredths((of(0, 'least').smallUs ?? Number.NaN) / (of(0, 'chp').smallUs ?? Number.NaN)),
    httpCpuVsChpKeptAlive: ratio(0, 'keptUs', 'chp'),
    streamCpuVsChp: ratio(0, 'streamSecondsPerGb', 'chp'),
    streamCpuVsNginx: ratio(0, 'streamSecondsPerGb', 'nginx'),
    addedLatencyP50Ms: hundredths((berth.echo?.p50Ms ?? Number.NaN) - (direct?.p50Ms ?? 0)),
    addedLatencyP99Ms: hundredths((berth.echo?.p99Ms ?? Number.NaN) - (direct?.p99Ms ?? 0)),
    idleStreamKb: rounded(berth.idleKb ?? Number.NaN),
    leakedSockets: (berth.leaks ?? []).reduce((sum, { left }) => sum + left, 0),
    httpCpuVsPipePlainToTls: ratio(1, 'smallUs', 'pipe'),
    streamCpuVsPipePlainToTls: ratio(1, 'streamSecondsPerGb', 'pipe'),
    streamCpuVsPipeTlsToTls: ratio(2, 'streamSecondsPerGb', 'pipe'),
    idleKbPlainToTls: rounded(of(1, 'berth').idleKb ?? Number.NaN),
    idleVsPipePlainToTls: ratio(1, 'idleKb', 'pipe'),
    idleKbTlsToTls: rounded(of(2, 'berth').idleKb ?? Number.NaN),
    idleVsPipeTlsToTls: ratio(2, 'idleKb', 'pipe'),
  }
}

function row(cells: string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(20))).join('')
}

function shown(value: number | undefined, digits: number): string {
  return value === undefined ? '' : value.toFixed(digits)
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
