// The one check at the door, for HTTP and WebSocket alike: does a cookie of this request give a right to the session it addresses?
import type { IncomingMessage } from 'node:http'
import type { Admissions, LiveGrant } from './admissions'
import { Refusal } from './refusal'
import type { Addressed } from './session-address'
import { type CookieCandidate, readCandidates } from './session-cookie'

export type Admit = {
  /** The right that a cookie gives. One made a moment ago, perhaps by another process, is asked for in the database once. */
  find(req: IncomingMessage, addressed: Addressed): Promise<LiveGrant | undefined>
  /** As admit(), of what is in memory; undefined where that must ask the database. Most requests need not wait a turn for anything. */
  known(req: IncomingMessage, addressed: Addressed): LiveGrant | undefined
  /** Throws: the same for a session that is unknown, foreign or closed to this browser. */
  admit(req: IncomingMessage, addressed: Addressed): Promise<LiveGrant>
}

export function admitBy(admissions: Admissions, isPlainHttp: boolean): Admit {
  const candidatesOf = (req: IncomingMessage, { session }: Addressed) => readCandidates(req.headers.cookie, session, isPlainHttp)

  function findAmong(candidates: readonly CookieCandidate[], addressed: Addressed): LiveGrant | undefined {
    for (const { value, sessionId } of candidates) {
      const grant = admissions.find(value)
      if (grant && (sessionId === null || sessionId === grant.route.sessionId) && leadsTo(grant, addressed)) return grant
    }
    return undefined
  }

  async function find(candidates: readonly CookieCandidate[], addressed: Addressed): Promise<LiveGrant | undefined> {
    const known = findAmong(candidates, addressed)
    if (known || candidates.length === 0) return known
    await admissions.seek(candidates.map(({ value }) => value))
    return findAmong(candidates, addressed)
  }

  function use(grant: LiveGrant): LiveGrant {
    admissions.assertFresh()
    admissions.touch(grant)
    return grant
  }

  return {
    known(req, addressed) {
      const grant = findAmong(candidatesOf(req, addressed), addressed)
      return grant && use(grant)
    },
    find: (req, addressed) => find(candidatesOf(req, addressed), addressed),
    async admit(req, addressed) {
      const candidates = candidatesOf(req, addressed)
      if (candidates.length === 0) throw new Refusal('no_cookie')
      const grant = await find(candidates, addressed)
      if (!grant) throw new Refusal('not_found')
      return use(grant)
    },
  }
}

function leadsTo({ route }: LiveGrant, { session }: Addressed): boolean {
  return session.kind === 'domain' ? route.sessionId === session.sessionId : route.gatewayPort === session.port
}
