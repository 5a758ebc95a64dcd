// Turns what the database knows about a running session into a target: address, pinned certificate, opened credentials.
import type { AdmissionRow } from '@/lib/db/gateway-routes'
import type { Log } from '@/lib/log'
import type { Keys } from '@/lib/secrets/keys'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import type { Target } from './upstream-connection'

export type CredentialReader = {
  targetOf(row: AdmissionRow): Target | null
  forgetOthers(rows: readonly AdmissionRow[]): void
}

/** Opens each sealed password once, not at every reading. */
export function credentialReader(keys: Keys, log: Log): CredentialReader {
  const opened = new Map<string, string | null>()

  function authorizationOf(sessionId: string, sealed: string): string | null {
    const known = opened.get(sealed)
    if (known !== undefined) return known
    let authorization: string | null = null
    try {
      const password = open(keys, sealContext.credential(sessionId), sealed)
      authorization = `Basic ${Buffer.from(`kasm_user:${password}`).toString('base64')}`
    } catch (error) {
      log.error({ err: error, session: sessionId }, 'The credentials of a session cannot be read')
    }
    opened.set(sealed, authorization)
    return authorization
  }

  return {
    targetOf(row) {
      const { sessionId, state, reachHost, reachPort, certPin, credentialSealed } = row
      // Without a pin nothing is ever sent: anything could answer at that address.
      if (state !== 'running' || !reachHost || !reachPort || !certPin || !credentialSealed) return null
      const authorization = authorizationOf(sessionId, credentialSealed)
      if (!authorization) return null
      const pin = normalPin(certPin)
      // Not the sealed password: sealing it anew with a rotated secret must not close anything.
      const start = [sessionId, reachHost, reachPort, pin, row.containerStartedAt].join(' ')
      return { host: reachHost, port: reachPort, pin, authorization, start }
    },
    forgetOthers(rows) {
      const used = new Set(rows.map((row) => row.credentialSealed))
      for (const sealed of opened.keys()) if (!used.has(sealed)) opened.delete(sealed)
    },
  }
}

/** SHA-256 as Node writes it: upper case, with colons. */
function normalPin(pin: string): string {
  return (pin.replaceAll(':', '').toUpperCase().match(/../g) ?? []).join(':')
}
