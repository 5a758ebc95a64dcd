// Settings of the installation: one row; what is not stored has its default.
import { Settings } from '@/lib/domain/settings'
import type { Tx } from './client'

export async function readSettings(tx: Tx): Promise<Settings> {
  const row = await tx.setting.findUnique({ where: { key: 'settings' } })
  return Settings.parse(row?.value ?? {})
}

export async function writeSettings(tx: Tx, settings: Settings): Promise<void> {
  await tx.setting.upsert({
    where: { key: 'settings' },
    create: { key: 'settings', value: settings },
    update: { value: settings },
  })
}
