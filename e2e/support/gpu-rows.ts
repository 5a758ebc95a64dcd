// An agent with GPUs for pages to show, as rows in the portal's database. Its lease is somebody else's, so that the portal's own controller
// leaves it alone; what real hosts report and containers see is tested in e2e/testbed.
import pg from 'pg'
import { loadConfig } from '@/lib/config'
import { newId } from '@/lib/domain/ids'
import type { PortalFacts } from './portal'

const GiB = 1024 ** 3

export type SeededGpu = { id: string; uuid: string }
type GpuOver = { shares?: number; excluded?: boolean; busyOutside?: boolean; utilization?: number; idleForMinutes?: number }
type SessionOver = { gpuLost?: boolean; queuedFor?: number; sinceMinutes?: number }

export class GpuRows {
  readonly agentId = newId()
  readonly agentName = `gpu-rows-${this.agentId.slice(0, 6)}`
  readonly #client: pg.Client
  readonly #gpus: (SeededGpu & { utilization: number })[] = []

  static async open(portal: PortalFacts): Promise<GpuRows> {
    const client = new pg.Client({ connectionString: loadConfig(portal.environment).databaseUrl })
    await client.connect()
    const rows = new GpuRows(client)
    await client.query(
      `INSERT INTO "Agent" (id, name, kind, "socketPath", status, "cpuCount", "memoryBytes", "hasNvidiaRuntime", "inventoriedAt", "lastSeenAt",
        "leaseHolder", "leaseUntil", "gpuDiagnoses", "updatedAt")
       VALUES ($1, $2, 'socket', '/nowhere.sock', 'up', 64, $3, true, now(), now(), 'a test', now() + interval '1 day', $4, now())`,
      [
        rows.agentId,
        rows.agentName,
        512 * GiB,
        JSON.stringify([{ code: 'fewer_than_expected', params: { expected: 8, seen: 3 } }]),
      ],
    )
    return rows
  }

  private constructor(client: pg.Client) {
    this.#client = client
  }

  async gpu(model: string, over: GpuOver = {}): Promise<SeededGpu> {
    const gpu = { id: newId(), uuid: `GPU-${crypto.randomUUID()}`, utilization: over.utilization ?? 0 }
    const index = this.#gpus.length
    await this.#client.query(
      `INSERT INTO "Gpu" (id, "agentId", uuid, index, model, "memoryBytes", "driverVersion", "computeCapability", shares, excluded, "busyOutsideSince")
       VALUES ($1, $2, $3, $4, $5, $6, '570.124.06', '9.0', $7, $8, $9)`,
      [
        gpu.id,
        this.agentId,
        gpu.uuid,
        index,
        model,
        80 * GiB,
        over.shares ?? 1,
        over.excluded ?? false,
        over.busyOutside ? new Date() : null,
      ],
    )
    this.#gpus.push(gpu)
    await this.measured(over.idleForMinutes ?? 0)
    return gpu
  }

  /** Numbers of now, and of as many minutes back. */
  async measured(minutes = 0): Promise<void> {
    const values = JSON.stringify(
      this.#gpus.map(({ uuid, utilization }) => ({
        uuid,
        utilizationPercent: utilization,
        memoryUsedBytes: 20 * GiB,
        temperatureCelsius: 61,
        powerWatts: 412,
      })),
    )
    await this.#client.query(
      `INSERT INTO "GpuLive" ("agentId", at, values) VALUES ($1, now() + interval '5 minutes', $2)
       ON CONFLICT ("agentId") DO UPDATE SET at = excluded.at, values = excluded.values`,
      [this.agentId, values],
    )
    await this.#client.query(
      `INSERT INTO "GpuSample" ("agentId", minute, values)
       SELECT $1, date_trunc('minute', now()) - m * interval '1 minute', $2 FROM generate_series(1, $3::int) m
       ON CONFLICT ("agentId", minute) DO UPDATE SET values = excluded.values`,
      [this.agentId, values, minutes],
    )
  }

  async works({ uuid }: SeededGpu, utilization: number): Promise<void> {
    const gpu = this.#gpus.find((one) => one.uuid === uuid)
    if (gpu) gpu.utilization = utilization
    await this.measured()
  }

  async session(userId: string, imageName: string, gpu: SeededGpu | null, over: SessionOver = {}): Promise<string> {
    const id = newId()
    const since = new Date(Date.now() - (over.sinceMinutes ?? 1) * 60_000)
    // Queued until long after the test: the controller is not asked to place it.
    await this.#client.query(
      `INSERT INTO "Session" (id, "userId", "imageName", spec, "cpuMillis", "memoryBytes", "gpuCount", state, held, "agentId", "queuePosition",
        "queuedAt", "nextTryAt", "gpuLostAt", "containerId", "updatedAt")
       VALUES ($1, $2, $3, $4, 1000, $5, $6, $7::"SessionState", $8, $9, $10, $11, now() + interval '1 day', $12, 'none', now())`,
      [
        id,
        userId,
        imageName,
        JSON.stringify({ reference: 'test/none:1', volumes: [], agentGroup: null, gpuModelPattern: gpu ? null : 'H100*' }),
        GiB,
        gpu ? 1 : 2,
        gpu ? 'running' : 'queued',
        gpu !== null,
        gpu ? this.agentId : null,
        over.queuedFor ?? null,
        gpu ? null : since,
        over.gpuLost ? new Date() : null,
      ],
    )
    if (gpu) {
      await this.#client.query(
        `INSERT INTO "GpuHold" ("gpuId", slot, "sessionId", since) SELECT $1, count(*), $2, $3 FROM "GpuHold" WHERE "gpuId" = $1`,
        [gpu.id, id, since],
      )
      await this.#client.query(
        `INSERT INTO "GpuUse" ("gpuId", "sessionId", "userId", "userName", "imageName", since) SELECT $1, $2, id, name, $4, $5 FROM "User" WHERE id = $3`,
        [gpu.id, id, userId, imageName, since],
      )
      await this.#client.query(
        `UPDATE "Agent" SET "cpuMillisHeld" = "cpuMillisHeld" + 1000, "memoryBytesHeld" = "memoryBytesHeld" + $2 WHERE id = $1`,
        [this.agentId, GiB],
      )
    }
    return id
  }

  async close(): Promise<void> {
    await this.#client.query(`DELETE FROM "GpuHold" WHERE "gpuId" IN (SELECT id FROM "Gpu" WHERE "agentId" = $1)`, [this.agentId])
    await this.#client.query(`DELETE FROM "Session" WHERE spec->>'reference' = 'test/none:1'`)
    await this.#client.query(`DELETE FROM "Agent" WHERE id = $1`, [this.agentId])
    await this.#client.end()
  }
}
