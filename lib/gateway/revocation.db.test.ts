// Rights end: every way in which one can end closes the open streams and lets nobody in again.
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StrictKasmVnc, startStrictKasmVnc } from '@/e2e/contract/strict-kasmvnc'
import { notify } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { endSignIn, signOut } from '@/lib/use-cases/end-sign-in'
import { resetPassword } from '@/lib/use-cases/reset-password'
import { revokeApiKey } from '@/lib/use-cases/revoke-api-key'
import { updateUser } from '@/lib/use-cases/update-user'
import { get, type OriginForm, startTestGateway, type TestGateway, type TestSession, upgrade } from './test-gateway'
import { insertApiKey } from './test-rows'
import { until } from './test-until'
import { answerText, startTestUpstream } from './test-upstream'

const password = 'a-desktop-password'
const hourMs = 3_600_000

describe.each<OriginForm>(['domain', 'port'])(
  'revocation, sessions told apart by %s [attack 15]',
  { timeout: 60_000 },
  (form) => {
    let t: TestGateway
    let desktop: StrictKasmVnc

    beforeAll(async () => {
      t = await startTestGateway(form)
      desktop = await startStrictKasmVnc({ password })
    })
    afterAll(async () => {
      await t.close()
      await desktop.close()
    })

    const reach = () => ({ host: desktop.host, port: desktop.port, pin: desktop.certFingerprint256, password })

    /** A session of a new user with an open stream. */
    async function watching(actorOf: (owner: Actor) => Promise<Actor> = async (owner) => owner) {
      const session = await t.addSession(await t.addUser(), reach())
      const actor = await actorOf(session.owner)
      const { cookie } = await t.enter(session, actor)
      const { status, socket } = await upgrade(session, { Cookie: cookie })
      expect(status).toBe(101)
      const closed = once(socket.resume(), 'close')
      return { session, actor, cookie, closed, socket }
    }

    const endings: [string, (session: TestSession, actor: Actor) => Promise<unknown>][] = [
      ['the sign-in is ended', (_, { by }) => t.db.signIn.update({ where: { id: idOf(by) }, data: { endedAt: new Date() } })],
      ['the sign-in expires', (_, { by }) => t.db.signIn.update({ where: { id: idOf(by) }, data: { expiresAt: new Date() } })],
      ['the sign-in is deleted', (_, { by }) => t.db.signIn.delete({ where: { id: idOf(by) } })],
      ['the user is disabled', (_, { id }) => t.db.user.update({ where: { id }, data: { disabledAt: new Date() } })],
      ['the right is revoked', ({ id }) => t.db.grant.updateMany({ where: { sessionId: id }, data: { revokedAt: new Date() } })],
      ['the right expires', ({ id }) => t.db.grant.updateMany({ where: { sessionId: id }, data: { expiresAt: new Date() } })],
      ['the session is deleted', ({ id }) => t.db.session.update({ where: { id }, data: { state: 'deleted' } })],
      ['its deletion is asked', ({ id }) => t.db.session.update({ where: { id }, data: { wanted: 'deleted' } })],
      [
        'the session is given to someone else',
        async ({ id }) => t.db.session.update({ where: { id }, data: { userId: (await t.addUser()).id } }),
      ],
    ]

    test.each(endings)('closes open streams and admits none when %s', async (_, end) => {
      const { session, actor, cookie, closed } = await watching()
      await end(session, actor)
      await notify(t.db, 'grants', '')
      await closed
      const before = desktop.requests.length
      expect((await get(session, '/', { Cookie: cookie })).status).toBe(404)
      expect((await upgrade(session, { Cookie: cookie })).status).toBe(404)
      expect(desktop.requests.length).toBe(before)
    })

    const verbs: [string, (session: TestSession, actor: Actor, admin: Actor) => Promise<unknown>][] = [
      ['somebody signs out', (_, { by }) => signOut(deps(), idOf(by))],
      ['somebody ends that sign-in', (_, actor) => endSignIn(deps(), actor, { signInId: idOf(actor.by) })],
      ['an administrator disables the person', (_, { id }, admin) => updateUser(deps(), admin, { userId: id, disabled: true })],
      ['the person gets another role', (_, { id }, admin) => updateUser(deps(), admin, { userId: id, role: 'admin' })],
      ['the password is reset', (_, { id }, admin) => resetPassword(deps(), admin, { userId: id })],
      ['its owner deletes the session', ({ id }, actor) => deleteSession(deps(), actor, { sessionId: id })],
      ['an administrator deletes the session', ({ id }, _, admin) => deleteSession(deps(), admin, { sessionId: id })],
    ]
    const deps = () => ({ db: t.db, clock: t.clock, keys: t.keys, config: t.config })

    /** What every row of the attack wants to see, counted from the moment that the verb is done. */
    async function endsSoon(closed: Promise<unknown>): Promise<void> {
      const startedAt = performance.now()
      await closed
      expect(performance.now() - startedAt).toBeLessThan(5_000)
    }

    test.each(verbs)('closes open streams within five seconds and admits none when %s', async (_, act) => {
      const admin = await t.addUser('admin')
      const { session, actor, cookie, closed } = await watching()
      await act(session, actor, admin)
      await endsSoon(closed)
      expect((await upgrade(session, { Cookie: cookie })).status).not.toBe(101)
      expect((await get(session, '/', { Cookie: cookie })).status).toBeGreaterThanOrEqual(400)
    })

    test('closes streams of an API key within five seconds when it is revoked', async () => {
      const { session, actor, cookie, closed } = await watching((owner) => insertApiKey(t, owner))
      await revokeApiKey(deps(), session.owner, { apiKeyId: idOf(actor.by) })
      await endsSoon(closed)
      expect((await upgrade(session, { Cookie: cookie })).status).toBe(404)
    })

    test('closes the stream and says why when another certificate is found within one start [attack 20]', async () => {
      const { session, cookie, closed } = await watching()
      const certPin = desktop.certFingerprint256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
      await t.db.session.update({ where: { id: session.id }, data: { certPin } })
      await closed
      const answer = await get(session, '/', { Cookie: cookie })
      expect([answer.status, answer.body.includes('This is not the desktop that was started')]).toEqual([502, true])
    })

    test('closes streams within seconds when no notification comes', async () => {
      const { session, closed } = await watching()
      await t.db.user.update({ where: { id: session.owner.id }, data: { disabledAt: new Date() } })
      await closed
    })

    test('closes streams of an API key that is revoked or expires', async () => {
      for (const data of [{ revokedAt: new Date() }, { expiresAt: new Date() }]) {
        const { session, actor, cookie, closed } = await watching((owner) => insertApiKey(t, owner))
        await t.db.apiKey.update({ where: { id: idOf(actor.by) }, data })
        await notify(t.db, 'grants', '')
        await closed
        expect((await get(session, '/', { Cookie: cookie })).status).toBe(404)
      }
    })

    test('a ticket is worth nothing once the sign-in behind it has ended', async () => {
      const session = await t.addSession(await t.addUser(), reach())
      const { url } = await t.connect(session)
      await t.db.signIn.update({ where: { id: idOf(session.owner.by) }, data: { endedAt: new Date() } })
      const entered = await get(session, url.slice(session.origin.length))
      const cookie = entered.headers.get('set-cookie')?.[0]?.split(';')[0] ?? ''
      expect((await get(session, '/', { Cookie: cookie })).status).toBe(cookie ? 404 : 401)
    })

    test.each(['paused', 'stopping', 'stopped', 'failed', 'lost'] as const)(
      'closes the stream of a session that is %s',
      async (state) => {
        const { session, cookie, closed } = await watching()
        await t.db.session.update({ where: { id: session.id }, data: { state } })
        await closed
        expect((await upgrade(session, { Cookie: cookie })).status).toBe(503)
        await t.db.session.update({ where: { id: session.id }, data: { state: 'running' } })
        await until(async () => expect((await get(session, '/', { Cookie: cookie })).status).toBe(200))
      },
    )

    test('nobody who watched an earlier container at an address sees the next one there [attack 14]', async () => {
      const { session, cookie, closed } = await watching()
      const next = await startTestUpstream(answerText('HTTP/1.1 200 OK', 'Content-Length: 5', '', 'other'))
      try {
        // The container of this session ends; another user's gets its address, and the row still names it.
        await t.db.session.update({ where: { id: session.id }, data: { reachPort: next.port } })
        await closed
        const answer = await get(session, '/', { Cookie: cookie })
        expect([answer.status, next.received.join('')]).toEqual([502, ''])
      } finally {
        await next.close()
      }
    })

    test('closes streams when the container was started anew, even at the same address with the same certificate', async () => {
      const { session, closed, cookie } = await watching()
      await t.db.session.update({ where: { id: session.id }, data: { containerStartedAt: 'second' } })
      await closed
      expect((await get(session, '/', { Cookie: cookie })).status).toBe(200)
    })

    test('other sessions go on when one ends', async () => {
      const one = await watching()
      const other = await watching()
      await t.db.session.update({ where: { id: one.session.id }, data: { state: 'stopped' } })
      await one.closed
      expect(other.socket.destroyed).toBe(false)
      expect((await get(other.session, '/', { Cookie: other.cookie })).status).toBe(200)
      other.socket.destroy()
    })

    test('a right in use slides on for days, and one not in use ends after half a day', async () => {
      const used = await watching()
      const unused = await watching()
      unused.socket.destroy()
      try {
        for (const hours of [7, 14, 21, 28]) {
          t.clock.aheadMs = hours * hourMs
          await until(async () => {
            const grant = await t.db.grant.findFirstOrThrow({ where: { sessionId: used.session.id } })
            expect(grant.expiresAt.getTime()).toBeGreaterThan(t.clock.now().getTime() + 11 * hourMs)
          })
        }
        expect(used.socket.destroyed).toBe(false)
        expect((await get(unused.session, '/', { Cookie: unused.cookie })).status).toBe(404)
        await t.db.signIn.update({ where: { id: idOf(used.actor.by) }, data: { expiresAt: t.clock.now() } })
        await used.closed
      } finally {
        t.clock.aheadMs = 0
      }
    })
  },
)

function idOf(by: Actor['by']): string {
  return by.kind === 'operator' ? '' : by.id
}
