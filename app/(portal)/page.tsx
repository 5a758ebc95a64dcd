import type { Metadata } from 'next'
import { AddressNotice } from '@/components/launcher/address-notice'
import { MySessions } from '@/components/launcher/my-sessions'
import { WorkspaceGallery } from '@/components/launcher/workspace-gallery'
import { PageBody } from '@/components/shell/app-shell'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import { isAdmin } from '@/lib/domain/actor'
import { builtInIcons } from '@/lib/domain/workspace-image'
import { listLaunchable } from '@/lib/use-cases/list-launchable'
import { listMySessions } from '@/lib/use-cases/list-sessions'
import { deps } from '@/lib/web/deps'
import { requirePageActor } from '@/lib/web/require-actor'
import { launchSessionAction } from './actions'
import { sessionActions } from './session-actions'

export const metadata: Metadata = { title: 'Workspaces' }

const pictures = Object.fromEntries(builtInIcons.map((name) => [name, <WorkspaceIcon key={name} icon={{ name, id: null }} />]))

export default async function LauncherPage() {
  const actor = await requirePageActor()
  const [items, tiles] = await Promise.all([listMySessions(deps(), actor, { filter: 'live' }), listLaunchable(deps(), actor)])
  return (
    <PageBody>
      <h1 className="sr-only">Workspaces</h1>
      <AddressNotice publicOrigin={deps().config.publicUrl.origin} />
      <MySessions initial={{ now: deps().clock.now().toISOString(), items }} pictures={pictures} actions={sessionActions} />
      <WorkspaceGallery tiles={tiles} pictures={pictures} isAdmin={isAdmin(actor)} launch={launchSessionAction} />
    </PageBody>
  )
}
