// The settings of the installation, for administrators.
import { readSettings } from '@/lib/db/settings'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { Settings } from '@/lib/domain/settings'
import type { Deps } from './deps'

export function getSettings({ db }: Deps, actor: Actor): Promise<Settings> {
  assertCan(actor, 'settings:manage')
  return readSettings(db)
}
