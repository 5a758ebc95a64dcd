'use server'
// What administrators change about the installation.
import { SettingsPatch } from '@/lib/domain/settings'
import { updateSettings } from '@/lib/use-cases/update-settings'
import { action } from '@/lib/web/action'

export const updateSettingsAction = action({
  name: 'settings.update',
  input: SettingsPatch,
  run: ({ actor, deps, input }) => updateSettings(deps, actor, input),
})
