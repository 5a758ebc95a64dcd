// The end of a certificate in a row. Lists of agents are read every few seconds, so what was parsed is kept.
import { X509Certificate } from 'node:crypto'

const mostKept = 2_000
const kept = new Map<string, string | null>()

/** Null for what is no certificate. */
export function endOfPem(pem: string | null): string | null {
  if (!pem) return null
  const known = kept.get(pem)
  if (known !== undefined) return known
  if (kept.size >= mostKept) kept.clear()
  const end = parse(pem)
  kept.set(pem, end)
  return end
}

function parse(pem: string): string | null {
  try {
    return new Date(new X509Certificate(pem).validTo).toISOString()
  } catch {
    return null
  }
}
