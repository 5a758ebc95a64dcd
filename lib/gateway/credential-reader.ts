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

/** Opens each sealed password once, not at every reading; and what has not changed since is the same object as before. */
export function credentialReader(keys: Keys, log: Log): CredentialReader {
  const opened = new Map<string, string | null>()
  const targets = new Map<string, { of: string; target: Target }>()

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
      const of = [reachHost, reachPort, certPin, row.containerStartedAt, credentialSealed].join(' ')
      const before = targets.get(sessionId)
      if (before?.of === of) return before.target
      const authorization = authorizationOf(sessionId, credentialSealed)
      if (!authorization) return null
      const pin = normalPin(certPin)
      // Not the sealed password: sealing it anew with a rotated secret must not close anything.
      const start = [sessionId, reachHost, reachPort, pin, row.containerStartedAt].join(' ')
      const target = { host: reachHost, port: reachPort, pin, authorization, start }
      targets.set(sessionId, { of, target })
      return target
    },
    forgetOthers(rows) {
      const used = new Set(rows.map((row) => row.credentialSealed))
      for (const sealed of opened.keys()) if (!used.has(sealed)) opened.delete(sealed)
      const sessions = new Set(rows.map((row) => row.sessionId))
      for (const sessionId of targets.keys()) if (!sessions.has(sessionId)) targets.delete(sessionId)
    },
  }
}

/** SHA-256 as Node writes it: upper case, with colons. */
function normalPin(pin: string): string {
  return (pin.replaceAll(':', '').toUpperCase().match(/../g) ?? []).join(':')
}
