// The one row that says which installation this database belongs to, and which secret its sealed values were made with.
import { randomBytes } from 'node:crypto'
import { DomainError } from '@/lib/domain/errors'
import type { Db } from './client'

export type Installation = { installId: string; secretFingerprint: string }

export async function ensureInstallation(
  db: Db,
  wanted: { installLabel: string | null; secretFingerprint: string },
): Promise<Installation> {
  const installId = wanted.installLabel ?? randomBytes(5).toString('hex')
  const row = await db.installation.upsert({
    where: { id: 'this' },
    create: { installId, secretFingerprint: wanted.secretFingerprint },
    update: {},
  })
  return assertSameSecret(row, wanted.secretFingerprint)
}

/** For processes that do not set up anything: throws when there is no installation yet or its secret is another one. */
export async function getInstallation(db: Db, secretFingerprint: string): Promise<Installation> {
  const row = await db.installation.findUnique({ where: { id: 'this' } })
  if (row) return assertSameSecret(row, secretFingerprint)
  throw new DomainError('misconfigured', { message: 'The database holds no Berth installation yet.', hint: 'Run npm run up.' })
}

function assertSameSecret(row: Installation, secretFingerprint: string): Installation {
  if (row.secretFingerprint === secretFingerprint) return row
  throw new DomainError('misconfigured', {
    message: 'The secret of this process is not the one that this database was made with.',
    hint: 'Restore the file "secret" in the data directory (or BERTH_SECRET) that belongs to the database. Without it, stored keys cannot be read.',
  })
}
