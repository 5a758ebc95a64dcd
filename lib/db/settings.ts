// Settings of the installation: one row; what is not stored has its default.
import { type Settings, StoredSettings } from '@/lib/domain/settings'
import type { Tx } from './client'

const only = { key: 'settings' } as const

export async function readSettings(tx: Tx): Promise<Settings> {
  const row = await tx.setting.findUnique({ where: only })
  return StoredSettings.parse(row?.value ?? {})
}

/** What a newer version stored beside them stays. */
export async function writeSettings(tx: Tx, settings: Settings): Promise<void> {
  const row = await tx.setting.findUnique({ where: only })
  const value = { ...(row?.value as object | undefined), ...settings }
  await tx.setting.upsert({ where: only, create: { ...only, value }, update: { value } })
}
