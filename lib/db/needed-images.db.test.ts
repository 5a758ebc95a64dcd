// What stays on an agent, and what counts as come from a registry, over a real database.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAgent, addUser, launch, testClock } from '@/lib/controller/test-world'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { loadPullSituation } from './agent-pulls'
import { addAgentImage } from './agents-observed'
import { loadNeededImages } from './needed-images'

let database: TestDatabase
let db: TestDatabase['db']
beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

const reference = 'r.example.org/team/x:1'
const digest = (letter: string) => `sha256:${letter.repeat(64)}`

async function addImage(pinnedDigest: string | null): Promise<void> {
  const id = newId()
  await db.workspaceImage.create({ data: { id, name: id, reference, cpuMillis: 1, memoryBytes: 1, shmBytes: 1, pinnedDigest } })
}

test('an agent keeps what its workspaces run or may go back to, and what its sessions were made from', async () => {
  const clock = testClock()
  const agentId = await addAgent(db)
  await addImage(digest('a'))
  await db.imageTag.create({ data: { reference, digest: digest('c'), previousDigest: digest('b'), checkedAt: clock.now() } })
  const made = await launch(db, clock, { userId: await addUser(db), reference: 'gone:1' })
  await db.session.update({ where: { id: made }, data: { containerId: 'c', dockerImageId: 'sha256:1' } })
  const needed = await loadNeededImages(db, agentId)
  const builds = ['a', 'b', 'c'].map((letter) => `r.example.org/team/x@${digest(letter)}`)
  expect([...(needed?.references ?? [])].sort()).toEqual([reference, ...builds])
  expect(needed?.imageIds).toEqual(new Set(['sha256:1']))
  expect(await loadNeededImages(db, newId())).toBeNull()
  await db.session.deleteMany()
})

test('what one agent has from a registry is fetched to the others from there', async () => {
  const [holder, other] = [await addAgent(db), await addAgent(db)]
  const digests = [`r.example.org/team/x@${digest('c')}`]
  const image = {
    id: 'sha256:2',
    references: [reference, ...digests],
    digests,
    sizeBytes: 1,
    architecture: 'amd64',
    builtAt: null,
  }
  await addAgentImage(db, holder, reference, image, new Date())
  const situation = await loadPullSituation(db, other)
  expect(situation?.holders).toMatchObject([{ agentId: holder, reference, digest: digests[0] }])
})
