// What only the process itself knows: what it costs, and what goes through its gateway.
import type { Config } from '@/lib/config'
import { counter, gauge, type Metric } from '@/lib/domain/metrics'

type Traffic = { streams: number; requests: number; grants: number; bytes: { up: number; down: number } }

// On globalThis: Next bundles its own copy of this module beside the server's.
const holder = globalThis as typeof globalThis & { berthGatewayTraffic?: () => Traffic }

/** The gateway of this process, where it has one. */
export function meterGateway(read: () => Traffic): void {
  holder.berthGatewayTraffic = read
}

export function processMetrics({ buildVersion }: Pick<Config, 'buildVersion'>): Metric[] {
  const { user, system } = process.cpuUsage()
  const startedAtSeconds = Math.round(Date.now() / 1000 - process.uptime())
  return [
    gauge('berth_build_info', 'The build that this process runs; always 1.', [{ labels: { version: buildVersion }, value: 1 }]),
    gauge('process_start_time_seconds', 'When this process began, in seconds since 1970.', [{ value: startedAtSeconds }]),
    counter('process_cpu_seconds_total', 'Processor time of this process.', [{ value: (user + system) / 1e6 }]),
    gauge('process_resident_memory_bytes', 'Memory of this process.', [{ value: process.memoryUsage.rss() }]),
    ...gatewayMetrics(holder.berthGatewayTraffic?.()),
  ]
}

function gatewayMetrics(traffic: Traffic | undefined): Metric[] {
  if (!traffic) return []
  return [
    gauge('berth_gateway_streams', 'Desktop streams open through this process.', [{ value: traffic.streams }]),
    gauge('berth_gateway_requests', 'Requests to desktops that this process is answering.', [{ value: traffic.requests }]),
    gauge('berth_gateway_grants', 'Rights to sessions that are alive, as this process knows them.', [{ value: traffic.grants }]),
    counter('berth_gateway_stream_bytes_total', 'Bytes through desktop streams of this process: up is from the browser.', [
      { labels: { direction: 'up' }, value: traffic.bytes.up },
      { labels: { direction: 'down' }, value: traffic.bytes.down },
    ]),
  ]
}
