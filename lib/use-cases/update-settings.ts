// Changes settings; what is not named stays. Two changes at once do not undo each other.
import { audit } from '@/lib/db/audit'
import { lock } from '@/lib/db/locks'
import { readSettings, writeSettings } from '@/lib/db/settings'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import { Settings } from '@/lib/domain/settings'
import type { Deps } from './deps'

type Patch = { [Key in keyof Settings]?: Settings[Key] | undefined }

export async function updateSettings({ db }: Deps, actor: Actor, patch: Patch): Promise<Settings> {
  assertCan(actor, 'settings:manage')
  return db.$transaction(async (tx) => {
    // Limits count at every launch, so a change waits its turn among them.
    await lock(tx, 'placement')
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
    const before = await readSettings(tx)
    if (Object.keys(given).length === 0) return before
    const settings = Settings.parse({ ...before, ...given })
    await writeSettings(tx, settings)
    await audit(tx, actor, { verb: 'settings.update', thingKind: 'settings', thingId: 'settings', detail: given })
    return settings
  })
}
