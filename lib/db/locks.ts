// Transaction-level advisory locks. Their numbers are Berth's own; they end with the transaction, also by a crash.
import type { Tx } from './client'

const locks = {
  placement: 7_391_001,
  administrators: 7_391_002,
  homes: 7_391_003,
  ports: 7_391_004,
  hostAuthority: 7_391_006,
} as const

export async function lock(tx: Tx, name: keyof typeof locks): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks[name]})`
}
