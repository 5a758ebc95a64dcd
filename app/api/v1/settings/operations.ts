// Settings of the installation over the API, for administrators.
import { Settings, SettingsPatch } from '@/lib/domain/settings'
import { getSettings } from '@/lib/use-cases/get-settings'
import { updateSettings } from '@/lib/use-cases/update-settings'
import { operation } from '@/lib/web/operation'

export const getSettingsOperation = operation({
  name: 'settings.get',
  method: 'GET',
  path: '/settings',
  summary: 'Get the settings',
  answer: Settings,
  run: ({ actor, deps }) => getSettings(deps, actor),
})

export const updateSettingsOperation = operation({
  name: 'settings.update',
  method: 'PATCH',
  path: '/settings',
  summary: 'Change settings',
  body: SettingsPatch,
  answer: Settings,
  run: ({ actor, deps, input }) => updateSettings(deps, actor, input),
})
