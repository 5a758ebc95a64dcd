// A person with one of everything, and things of administrators: what an attacker would like to have. Names and secrets are known here, so that
// answers, pages, dumps and logs can be searched for them.
import { randomBytes } from 'node:crypto'
import type { Browser } from '@playwright/test'
import { openDatabase } from '@/e2e/support/database-rows'
import { GpuRows } from '@/e2e/support/gpu-rows'
import { deleteSessions, imageIdOf, newPerson, type Person, runningSession } from '@/e2e/support/people'
import { cookieOf, newApiKey } from '@/e2e/support/person-keys'
import type { PortalFacts } from '@/e2e/support/portal'
import { type Api, cookieApi, signIn } from '@/e2e/support/test'
import type { Ids } from './rows'

export type Victim = {
  person: Person
  ids: Ids
  /** Shown to administrators and to nobody else. */
  names: string[]
  secrets: { apiKey: string; hostToken: string; registryPassword: string }
  adminCookie(): Promise<string>
  /** Of every row that a request could change. */
  state(): Promise<unknown>
  dump(): Promise<string>
  remove(): Promise<void>
}

// What the portal writes by itself, or because somebody looked, is not among these.
const watched = {
  User: '*',
  ApiKey: 'id, "userId", name, "revokedAt", "expiresAt"',
  SignIn: 'id, "userId", "endedAt"',
  WorkspaceImage: '*',
  Icon: 'id',
  Setting: '*',
  Home: '*',
  HostEnrolment: 'id, name, "revokedAt", "claimedAt"',
  Agent: 'id, name, enabled, groups, "bindPaths", "drainedAt", "removedAt", "socketPath", version',
  Gpu: 'id, excluded, shares, "allowBusyOutside"',
  Session: 'id, "userId", wanted, state, "endsAt", "gpuCount", "homeId", authoring',
  Grant: 'id, "sessionId", "revokedAt"',
  ImageSave: 'id',
  ImagePush: 'id',
  Question: 'id',
  AuditEntry: 'id',
}

export async function arrangeVictim(admin: Api, browser: Browser, portal: PortalFacts): Promise<Victim> {
  const tag = randomBytes(4).toString('hex')
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  // Of its own, since the fixtures' end with each test.
  const adminPage = await context.newPage()
  await signIn(adminPage, portal, 'admin', portal.adminPassword)
  const api = cookieApi(adminPage.request, portal)
  const database = await openDatabase(portal)
  const person = await newPerson(admin, browser, portal)
  const sessionId = await runningSession(person.api, await imageIdOf(admin, 'Desktop'))
  const registryPassword = randomBytes(12).toString('hex')
  const hidden = { name: `hidden-${tag}`, reference: 'registry.example.org/hidden:1', enabled: false, hidden: true }
  const image = await api.call<{ id: string }>('POST', '/images', {
    ...hidden,
    registry: { user: 'robot', password: registryPassword },
  })
  const enrolment = await api.call<{ enrolment: { id: string } }>('POST', '/host-enrolments', { name: `host-${tag}` })
  const icon = await adminPage.request.post(`${portal.url}/api/v1/icons`, {
    data: onePixel,
    headers: { Origin: new URL(portal.url).origin, 'Content-Type': 'image/png' },
  })
  const gpus = await GpuRows.open(portal)
  const gpu = await gpus.gpu('H100')
  const apiKey = await newApiKey(portal, await cookieOf(person, portal))
  const idOf = async (table: 'SignIn' | 'ApiKey') => {
    const [row] = await database.rows<{ id: string }>(`SELECT id FROM "${table}" WHERE "userId" = $1 LIMIT 1`, [person.id])
    return row?.id ?? ''
  }
  const hostToken = /bht_[A-Za-z0-9_-]{43}/.exec(JSON.stringify(enrolment.body))?.[0] ?? ''
  const ids: Ids = {
    sessionId,
    userId: person.id,
    agentId: gpus.agentId,
    imageId: image.body.id,
    gpuId: gpu.id,
    iconId: ((await icon.json()) as { iconId: string }).iconId,
    enrolmentId: enrolment.body.enrolment.id,
    signInId: await idOf('SignIn'),
    apiKeyId: await idOf('ApiKey'),
  }
  return {
    person,
    ids,
    names: [person.name, hidden.name, `host-${tag}`, gpus.agentName, gpu.uuid],
    secrets: { apiKey, hostToken, registryPassword },
    adminCookie: () => cookieOf({ page: adminPage }, portal),
    async state() {
      const state: Record<string, unknown> = {}
      for (const [table, columns] of Object.entries(watched))
        state[table] = await database.rows(`SELECT ${columns} FROM "${table}" ORDER BY ${table === 'Setting' ? 'key' : 'id'}`)
      return state
    },
    dump: () => database.dump(),
    async remove() {
      await deleteSessions(api, sessionId)
      await gpus.close()
      await api.call('DELETE', `/images/${ids.imageId}`)
      await api.call('DELETE', `/host-enrolments/${ids.enrolmentId}`)
      await api.call('DELETE', `/users/${person.id}`)
      await database.close()
      await person.page.context().close()
      await context.close()
    },
  }
}

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
