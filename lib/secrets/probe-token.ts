// By what a gateway knows that the portal itself asks whether it can be reached: good for one host and a minute.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keys } from './keys'

const goodForMs = 60_000
const scheme = 'Berth-Probe'

/** The value of the Authorization header. */
export function makeProbeToken(keys: Keys, host: string, now: Date): string {
  const at = String(now.getTime())
  return `${scheme} ${at}.${macOf(keys, host, at)}`
}

export function isProbeToken(keys: Keys, host: string, authorization: string | undefined, now: Date): boolean {
  const [, at = '', mac = ''] = /^Berth-Probe (\d{1,15})\.([A-Za-z0-9_-]{43})$/.exec(authorization ?? '') ?? []
  // Clocks of two machines may differ; by how much is another finding.
  if (mac === '' || Math.abs(now.getTime() - Number(at)) > goodForMs) return false
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(keys, host, at)))
}

function macOf(keys: Keys, host: string, at: string): string {
  return createHmac('sha256', keys.of('gateway-probe')).update(`${host.toLowerCase()} ${at}`).digest('base64url')
}
