import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { exportDatabase } from '@/lib/db/export'
import { openQuestionIds, takeQuestion, writeAnswer } from '@/lib/db/questions'
import { loginsFor } from '@/lib/db/registry-logins'
import type { Actor } from '@/lib/domain/actor'
import { CursorQuery } from '@/lib/domain/page'
import { ImageTableQuery } from '@/lib/domain/workspace-image-view'
import { log } from '@/lib/log'
import { checkReference } from './check-reference'
import { cloneImage, createImage } from './create-image'
import { getImage } from './get-image'
import { pageImages, tableImages } from './list-images'
import { type TestInstallation, testInstallation } from './test-installation'
import { updateImage } from './update-image'

const password = 'glpat-never-to-be-seen'
const registry = { user: 'puller', password }
const reference = 'registry.example.org/team/desktop:1'

let installation: TestInstallation
let root: Actor
beforeAll(async () => {
  installation = await testInstallation()
  root = await installation.person('root', 'admin')
})
afterAll(() => installation.close())

const create = () => createImage(installation.deps, root, { name: 'Private', reference }, registry)
const logins = (of = reference) => loginsFor(installation.db, installation.deps.keys, of)

/** What the controller is asked, as it reads it. */
async function asked(input: Parameters<typeof checkReference>[2]) {
  const { db, deps } = installation
  const answer = checkReference(deps, root, input)
  const question = await vi.waitFor(async () => {
    const [id = ''] = await openQuestionIds(db, deps.clock.now())
    const taken = await takeQuestion(db, deps.keys, id, deps.clock.now())
    if (!taken) throw new Error('Nothing was asked yet.')
    return taken
  })
  await writeAnswer(db, question.id, { present: [], pullable: true, problem: null, hint: null, tight: [] }, deps.clock.now())
  await answer
  return question.input
}

test('no answer carries the password of a registry, only who logs in [attack 36]', async () => {
  const { deps, db } = installation
  const created = await create()
  const answers = [
    created,
    await getImage(deps, root, { imageId: created.id }),
    await updateImage(deps, root, { imageId: created.id, changes: { notes: 'x' } }),
    await cloneImage(deps, root, { imageId: created.id, changes: {} }),
    await pageImages(deps, root, CursorQuery.parse({})),
    await tableImages(deps, root, ImageTableQuery.parse({})),
    await db.auditEntry.findMany({ select: { verb: true, detail: true } }),
  ]
  expect(created.registryUser).toBe('puller')
  expect(JSON.stringify(answers)).not.toContain(password)
  expect(JSON.stringify(answers)).not.toContain('Sealed')
  expect(await logins()).toEqual([registry, registry])
})

test('an export of the database holds the password only encrypted [attack 36]', async () => {
  await create()
  const directory = mkdtempSync(join(tmpdir(), 'berth-export-'))
  try {
    const path = await exportDatabase({ databaseUrl: installation.url, directory, log: log() })
    const text = gunzipSync(readFileSync(path)).toString()
    expect(text).toContain('puller')
    expect(text).not.toContain(password)
    expect(text).not.toContain(Buffer.from(password).toString('base64'))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

test('a password that was moved to another image opens nothing', async () => {
  const { db, deps } = installation
  const [one, two] = [await create(), await createImage(deps, root, { name: 'Other', reference: 'r.example.org/moved:1' })]
  const { registryUser, registryPasswordSealed } = await db.workspaceImage.findUniqueOrThrow({ where: { id: one.id } })
  await db.workspaceImage.update({ where: { id: two.id }, data: { registryUser, registryPasswordSealed } })
  await expect(logins('r.example.org/moved:1')).rejects.toMatchObject({ code: 'misconfigured' })
  await db.workspaceImage.delete({ where: { id: two.id } })
})

test('a login is kept, changed or removed, as it was said', async () => {
  const { deps } = installation
  const { id } = await createImage(deps, root, { name: 'Kept', reference: 'r.example.org/kept:1' }, registry)
  const change = (registry?: { user: string; password: string } | null) =>
    updateImage(deps, root, {
      imageId: id,
      changes: { description: `${registry?.user}` },
      ...(registry === undefined ? {} : { registry }),
    })
  expect((await change()).registryUser).toBe('puller')
  expect((await change({ user: 'other', password: 'new' })).registryUser).toBe('other')
  expect(await logins('r.example.org/kept:1')).toEqual([{ user: 'other', password: 'new' }])
  expect((await change(null)).registryUser).toBeNull()
  expect(await logins('r.example.org/kept:1')).toEqual([])
})

test('a login never goes to another registry: not by an edit, not by a clone, not by a check [attack 35]', async () => {
  const { deps } = installation
  const { id } = await create()
  const elsewhere = 'evil.example.net/team/desktop:1'
  await expect(updateImage(deps, root, { imageId: id, changes: { reference: elsewhere } })).rejects.toMatchObject({
    code: 'invalid_input',
    fields: { registry: expect.stringContaining('registry.example.org') },
  })
  expect((await cloneImage(deps, root, { imageId: id, changes: { reference: elsewhere } })).registryUser).toBeNull()
  expect(await logins(elsewhere)).toEqual([])
  expect(await asked({ reference: elsewhere, imageId: id })).not.toHaveProperty('login')
  expect(await asked({ reference: 'registry.example.org/team/next:2', imageId: id })).toMatchObject({ login: registry })
})

test('a form asks with the login that stands in it, before anything is saved', async () => {
  const { id } = await create()
  const typed = { user: 'typed', password: 'typed-password' }
  expect(await asked({ reference, imageId: id, registry: typed })).toMatchObject({ login: typed })
  expect(await asked({ reference, imageId: id, registry: null })).not.toHaveProperty('login')
})
