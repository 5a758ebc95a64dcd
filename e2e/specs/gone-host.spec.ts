// A host that does not come back, as an administrator sees it: what is lost is named, and the agent goes with it.
import { expect } from '@playwright/test'
import { type Database, openDatabase } from '@/e2e/support/database-rows'
import { GpuRows } from '@/e2e/support/gpu-rows'
import { test } from '@/e2e/support/test'

let rows: GpuRows
let database: Database
test.beforeEach(async ({ portal }) => {
  rows = await GpuRows.open(portal)
  database = await openDatabase(portal)
})
test.afterEach(async () => {
  await database.rows(`DELETE FROM "Home" WHERE "volumeName" = 'berth-home-gone'`)
  await database.close()
  await rows.close()
})

const away = (minutes: number) =>
  database.rows(
    `UPDATE "Agent" SET status = 'unreachable', "statusReason" = 'The agent did not answer within 5 seconds.',
      "unreachableSince" = now() - $2 * interval '1 minute' WHERE id = $1`,
    [rows.agentId, minutes],
  )

test('an agent whose host is gone is given up with what lay there, named beforehand, and not before it was silent for a while', async ({
  admin,
  api,
  portal,
}) => {
  const { user: me } = (await api.call<{ user: { id: string } }>('GET', '/me')).body
  const gpu = await rows.gpu('NVIDIA H100')
  const sessionId = await rows.session(me.id, 'Training', gpu)
  await database.rows(
    `INSERT INTO "Home" (id, "userId", scope, "agentId", "volumeName") VALUES ('gone', $1, 'image:gone', $2, 'berth-home-gone')`,
    [me.id, rows.agentId],
  )
  await away(2)
  await admin.goto(`${portal.url}/admin/agents/${rows.agentId}`)
  await admin.getByRole('button', { name: 'More actions' }).click()
  await admin.getByRole('menuitem', { name: /Gone for good/ }).click()
  const dialog = admin.getByRole('alertdialog')
  await expect(dialog).toContainText('It is removed with 1 session and 1 home.')
  await expect(dialog).toContainText('Training of admin, running')
  await expect(dialog).toContainText('Home of admin')
  const giveUp = dialog.getByRole('button', { name: 'Give up agent' })
  await expect(giveUp).toBeDisabled()
  await dialog.getByRole('textbox').fill(rows.agentName)
  await giveUp.click()
  await expect(dialog).toContainText('has not been unreachable for 5 minutes yet')
  await away(6)
  await giveUp.click()
  await admin.waitForURL(/\/admin\/agents$/)
  const { body: session } = await api.call<{ state: string; timeline: { text: string }[] }>('GET', `/sessions/${sessionId}`)
  expect(session.state).toBe('lost')
  expect(session.timeline.at(-1)?.text).toContain('Lost: its host was given up as gone')
})

test('where another engine answers, an administrator may say that the sessions are gone', async ({ admin, api, portal }) => {
  const { user: me } = (await api.call<{ user: { id: string } }>('GET', '/me')).body
  await rows.session(me.id, 'Training', await rows.gpu('NVIDIA H100'))
  await away(1)
  await database.rows(`INSERT INTO "AgentHost" ("agentId", "hostId", "otherEngineSince") VALUES ($1, 'former', now())`, [
    rows.agentId,
  ])
  await admin.goto(`${portal.url}/admin/agents/${rows.agentId}`)
  await admin.getByRole('button', { name: 'Sessions are gone…' }).click()
  const dialog = admin.getByRole('alertdialog')
  await expect(dialog).toContainText('Training of admin, running')
  await dialog.getByRole('textbox').fill(rows.agentName)
  await dialog.getByRole('button', { name: 'Give up sessions' }).click()
  await expect(dialog).toHaveCount(0)
  const [host] = await database.rows<{ hostId: string | null }>(`SELECT "hostId" FROM "AgentHost" WHERE "agentId" = $1`, [
    rows.agentId,
  ])
  expect(host?.hostId).toBeNull()
})
