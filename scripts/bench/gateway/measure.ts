// What one proxy costs, in one form. Processor time is that of its process alone.
import type { Socket } from 'node:net'
import { median, percentile } from '@/scripts/bench/statistics'
import { type Door, echo, getMany, openStream, takeStream } from './load'
import { cpuSecondsOf, residentKbOf } from './process-facts'
import type { RunningProxy } from './proxies'

const idleStreams = 1_000
const desktops = 40

/** Processor seconds that a proxy spends meanwhile. */
async function cpuDuring({ pid }: RunningProxy, work: () => Promise<unknown>): Promise<number> {
  const before = cpuSecondsOf(pid)
  await work()
  return cpuSecondsOf(pid) - before
}

/** Of `count` answers, over sixteen connections as browsers keep them. */
export async function cpuPerRequestUs(proxy: RunningProxy, path: '/small' | '/large' | '/kept', count: number): Promise<number> {
  return ((await cpuDuring(proxy, () => getMany(proxy.door, path, { count, connections: 16 }))) / count) * 1e6
}

/** Of one stream in frames of 16 KB, as fast as the slowest of the three processes goes. */
export async function cpuSecondsPerGb(proxy: RunningProxy, bytes: number): Promise<number> {
  return (await cpuDuring(proxy, () => takeStream(proxy.door, `/stream/${bytes}`))) / (bytes / 1e9)
}

/** Of a core, with forty desktops at 25 frames a second of which each is acknowledged. */
export async function cpuPercentOfDesktops(proxy: RunningProxy, seconds: number): Promise<number> {
  const acknowledgement = Buffer.concat([Buffer.from([0x82, 0x8a, 1, 2, 3, 4]), Buffer.alloc(10)])
  const sockets = await Promise.all(
    Array.from({ length: desktops }, async (_, index) => {
      let bytes = 0
      return await openStream(proxy.door, '/desktop', index, (chunk, from) => {
        bytes += chunk.length
        if (bytes < 16_388) return
        bytes -= 16_388
        from.write(acknowledgement)
      })
    }),
  )
  const used = await cpuDuring(proxy, () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)))
  for (const socket of sockets) socket.destroy()
  return (used / seconds) * 100
}

export type Latency = { p50Ms: number; p99Ms: number }

/** One key press after the other and nothing else: how much later than from the desktop itself its echo comes. */
export async function latency(door: Door, count: number): Promise<Latency> {
  await echo(door, count / 5)
  const times = await echo(door, count)
  return { p50Ms: median(times), p99Ms: percentile(times, 99) }
}

/** Of those beyond the first thousand. In a fresh process, because memory that was once used is not given back. */
export async function kbPerIdleStream(proxy: RunningProxy): Promise<number> {
  const open = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => openStream(proxy.door, '/idle', index, () => {})))
  // What is made once is nobody's share: the first thousand make V8's young generation grow by 6 to 12 MB, more or less as garbage happens to fall.
  const first: Socket[] = []
  while (first.length < idleStreams) first.push(...(await open(100)))
  await proxy.collectGarbage()
  const before = residentKbOf(proxy.pid)
  const sockets = [...first]
  while (sockets.length < idleStreams + first.length) sockets.push(...(await open(100)))
  await proxy.collectGarbage()
  const after = residentKbOf(proxy.pid)
  for (const socket of sockets) socket.destroy()
  return (after - before) / idleStreams
}
