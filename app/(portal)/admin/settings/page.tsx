import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { getSettings } from '@/lib/use-cases/get-settings'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { SettingsForm } from './settings-form'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const actor = await requirePageActor({ permission: 'settings:manage' })
  const settings = await pageData(getSettings(deps(), actor))
  return (
    <>
      <PageHeader
        title="Settings"
        description="Limits for everybody, unless a person has their own, and how long history is kept."
      />
      <SettingsForm settings={settings} />
    </>
  )
}
