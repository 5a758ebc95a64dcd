// Whether the portal can serve: the database answers.
import { DomainError } from '@/lib/domain/errors'
import type { Deps } from './deps'

const patienceMs = 2_000

export async function checkHealth({ db, config }: Pick<Deps, 'db' | 'config'>): Promise<{ status: 'ready'; version: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), patienceMs)
  })
  try {
    await Promise.race([db.$queryRaw`SELECT 1`, late])
    return { status: 'ready', version: config.buildVersion }
  } catch (cause) {
    throw new DomainError('database_unavailable', { cause })
  } finally {
    clearTimeout(timer)
  }
}
