import { expect, test } from 'vitest'
import { readAdmissions } from '@/lib/db/gateway-routes'
import { startTestGateway } from './test-gateway'
import { answerText, startTestUpstream } from './test-upstream'

test('a reading tells nothing again that nothing changed, and everything when one right or its way did', async () => {
  const t = await startTestGateway('domain')
  const desktop = await startTestUpstream(answerText('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok'))
  try {
    const now = new Date()
    expect(await readAdmissions(t.db, now, null)).toEqual({ digest: '', rows: [] })
    expect(await readAdmissions(t.db, now, '')).toBeNull()

    const user = await t.addUser()
    const session = await t.addSession(user, desktop)
    await t.enter(session)
    await t.enter(await t.addSession(user, desktop))
    const first = await readAdmissions(t.db, now, '')
    expect(first?.rows.map((row) => row.sessionId)).toContain(session.id)
    expect(first?.rows).toHaveLength(2)
    expect(await readAdmissions(t.db, now, first?.digest ?? null)).toBeNull()

    await t.db.session.update({ where: { id: session.id }, data: { reachPort: 9 } })
    const moved = await readAdmissions(t.db, now, first?.digest ?? null)
    expect(moved?.rows.find((row) => row.sessionId === session.id)?.reachPort).toBe(9)
    expect(moved?.rows).toHaveLength(2)

    await t.db.user.updateMany({ data: { disabledAt: now } })
    expect(await readAdmissions(t.db, now, moved?.digest ?? null)).toEqual({ digest: '', rows: [] })
  } finally {
    await t.close()
    await desktop.close()
  }
})
