import type { ReactNode } from 'react'
import { AccountMenu } from '@/components/account/account-menu'
import { AppShell } from '@/components/shell/app-shell'
import { UpgradeNotice } from '@/components/shell/upgrade-notice'
import { can } from '@/lib/domain/permissions'
import { deps } from '@/lib/web/deps'
import { requirePageActor } from '@/lib/web/require-actor'

/** The frame only: a layout is not rendered again on each navigation, so every page asks for its actor itself. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const actor = await requirePageActor()
  const nav = [
    { href: '/', label: 'Workspaces', exact: true },
    ...(can(actor, 'fleet:view') ? [{ href: '/admin', label: 'Administration' }] : []),
  ]
  return (
    <AppShell width="wide" nav={nav} userMenu={<AccountMenu name={actor.name} administrator={actor.role === 'admin'} />}>
      <UpgradeNotice version={deps().config.buildVersion} />
      {children}
    </AppShell>
  )
}
