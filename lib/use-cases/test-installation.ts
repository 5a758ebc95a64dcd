// A real database with people, an agent and images for tests of use-cases; what each needs by name.
import { loadConfig } from '@/lib/config'
import type { Db } from '@/lib/db/client'
import { toColumns } from '@/lib/db/image-views'
import type { Actor, Role } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { GiB, type WorkspaceImageInput, WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import { deriveKeys } from '@/lib/secrets/keys'
import { createTestDatabase } from '@/scripts/test/test-database'
import type { Deps } from './deps'

export type TestInstallation = {
  deps: Deps
  db: Db
  url: string
  /** Moves the injected clock. */
  advance(seconds: number): void
  person(name: string, role?: Role): Promise<Actor>
  image(over?: Partial<WorkspaceImageInput>): Promise<string>
  agent(over?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}

export async function testInstallation(env: Record<string, string> = {}): Promise<TestInstallation> {
  const database = await createTestDatabase()
  const { db } = database
  let now = Date.parse('2026-01-01T08:00:00Z')
  const config = loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent', ...env })
  const deps: Deps = { db, clock: { now: () => new Date(now) }, keys: deriveKeys(Buffer.alloc(32, 7)), config }
  return {
    deps,
    db,
    url: database.url,
    advance: (seconds) => {
      now += seconds * 1000
    },
    person: async (name, role = 'user') => {
      const id = newId()
      await db.user.create({ data: { id, name, role, passwordHash: 'none' } })
      return { id, name, role, by: { kind: 'operator' }, mustChangePassword: false }
    },
    image: async (over = {}) => {
      const id = newId()
      const fields = WorkspaceImageSpec.parse({
        name: 'Desktop',
        reference: 'test/desktop:1',
        cpuMillis: 1000,
        memoryBytes: GiB,
        homePolicy: 'none',
        ...over,
      })
      await db.workspaceImage.create({ data: { ...toColumns(fields), id } })
      return id
    },
    agent: async (over = {}) => {
      const id = newId()
      const seen = { status: 'up' as const, cpuCount: 4, memoryBytes: 8 * GiB, lastSeenAt: new Date(now) }
      await db.agent.create({
        data: { id, name: `agent-${id.slice(0, 6)}`, kind: 'socket', socketPath: '/run/none.sock', ...seen, ...over },
      })
      return id
    },
    close: () => database.drop(),
  }
}
