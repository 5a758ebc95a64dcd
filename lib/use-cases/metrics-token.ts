// The token by which a scraper reads metrics, and nothing else.
import { timingSafeEqual } from 'node:crypto'
import type { Config } from '@/lib/config'
import { hashToken } from '@/lib/secrets/tokens'

export function isMetricsToken({ metricsToken }: Pick<Config, 'metricsToken'>, authorization: string | null): boolean {
  const given = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (metricsToken === null || given === undefined) return false
  // Hashes have one length, so that comparing tells nothing of the token's.
  return timingSafeEqual(Buffer.from(hashToken(given)), Buffer.from(hashToken(metricsToken)))
}
