// The whole of the split form for tests: a database, one agent behind a gate, one person with an API key, and the parts that are started.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { freePort } from '@/e2e/support/portal'
import { loadConfig } from '@/lib/config'
import { addAgent, addUser } from '@/lib/controller/test-world'
import { ensureInstallation } from '@/lib/db/installation'
import { engineCleanup, testSocketPath } from '@/lib/docker/test-engine'
import { systemClock } from '@/lib/domain/clock'
import { MiB } from '@/lib/domain/workspace-image'
import { deriveKeys } from '@/lib/secrets/keys'
import { createApiKey } from '@/lib/use-cases/create-api-key'
import { createImage } from '@/lib/use-cases/create-image'
import type { Deps } from '@/lib/use-cases/deps'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { EngineGate } from './engine-gate'
import { type Part, type PartOptions, startPart } from './portal-parts'

const enginePath = testSocketPath(process.env.DOCKER_HOST)

/** A body may be what comes in pieces, which Node takes and the types of browsers do not know. */
type Asked = { method?: string; headers?: Record<string, string>; body?: unknown; duplex?: 'half' }

export class SplitPortal {
  readonly secret = randomBytes(32).toString('base64')
  readonly installId = `split-${randomBytes(4).toString('hex')}`
  readonly #parts: Part[] = []

  static async open(): Promise<SplitPortal> {
    const directory = mkdtempSync(join(tmpdir(), 'berth-split-'))
    const gate = await EngineGate.open(join(directory, 'engine.sock'), enginePath)
    const portal = new SplitPortal(directory, gate, await createTestDatabase(), await freePort())
    await portal.#setUp()
    return portal
  }

  private constructor(
    readonly directory: string,
    readonly gate: EngineGate,
    readonly database: TestDatabase,
    readonly publicPort: number,
  ) {}

  apiKey = ''
  imageId = ''
  agentId = ''

  get db() {
    return this.database.db
  }

  get deps(): Deps {
    const config = loadConfig({ DATABASE_URL: this.database.url, BERTH_DATA_DIR: '/nonexistent' })
    return { db: this.db, clock: systemClock, keys: deriveKeys(Buffer.from(this.secret)), config }
  }

  async #setUp(): Promise<void> {
    const secretFingerprint = deriveKeys(Buffer.from(this.secret)).fingerprint
    await ensureInstallation(this.db, { installLabel: this.installId, secretFingerprint })
    this.agentId = await addAgent(this.db, { name: 'gated', socketPath: this.gate.path })
    const userId = await addUser(this.db)
    const made = await createApiKey(this.deps, operatorActor(), { name: 'split', expiresInDays: null, userId })
    this.apiKey = made.key
    const size = { cpuMillis: 500, memoryBytes: 512 * MiB, shmBytes: 64 * MiB, homePolicy: 'none' as const }
    const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? defaultDesktopTag
    this.imageId = (await createImage(this.deps, operatorActor(), { name: 'Desktop', reference, ...size })).id
  }

  async start(roles: string, over: Partial<PartOptions> = {}): Promise<Part> {
    const port = over.port ?? (await freePort())
    const environment = {
      DATABASE_URL: this.database.url,
      BERTH_SECRET: this.secret,
      BERTH_PUBLIC_URL: `http://localhost:${this.publicPort}`,
      BERTH_SHARE_HOSTS: 'yes',
      ...over.environment,
    }
    const part = await startPart({ roles, port, ...over, environment })
    this.#parts.push(part)
    return part
  }

  async api<T>(part: { port: number }, method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${part.port}/api/v1${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  /** Any address of a process, whatever it answers. */
  ask(part: { port: number }, path: string, { headers, ...init }: Asked = {}): Promise<Response> {
    const given = { authorization: `Bearer ${this.apiKey}`, ...headers }
    return fetch(`http://127.0.0.1:${part.port}${path}`, { ...init, headers: given } as RequestInit)
  }

  session(id: string) {
    return this.db.session.findUniqueOrThrow({ where: { id } })
  }

  async reach(id: string, state: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const row = await this.session(id)
        expect({ state: row.state, failure: row.failureCode }).toMatchObject({ state })
      },
      { timeout: 60_000, interval: 50 },
    )
  }

  async leaseHolder(): Promise<string | null> {
    return (await this.db.agent.findUniqueOrThrow({ where: { id: this.agentId } })).leaseHolder
  }

  /** As if its time had passed; whoever is alive takes it. */
  async expireLease(): Promise<string> {
    const { leaseHolder: before } = await this.db.agent.update({
      where: { id: this.agentId },
      data: { leaseUntil: new Date(0) },
    })
    return await vi.waitFor(
      async () => {
        const holder = await this.leaseHolder()
        if (!holder || holder === before) throw new Error('the lease has not been taken')
        return holder
      },
      { timeout: 20_000, interval: 50 },
    )
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#parts.map((part) => {
        part.child.kill('SIGCONT')
        return part.end('SIGKILL')
      }),
    )
    await this.gate.close()
    await this.database.drop()
    await engineCleanup(enginePath, this.installId)
    rmSync(this.directory, { recursive: true, force: true })
  }
}
