import type { Metadata } from 'next'
import { AddressNotice } from '@/components/launcher/address-notice'
import { FreshnessNotice } from '@/components/launcher/freshness-notice'
import { NoMatch, NoWorkspaces } from '@/components/launcher/gallery-empty'
import { MySessions } from '@/components/launcher/my-sessions'
import { orderSessions } from '@/components/launcher/order-sessions'
import { SessionBody } from '@/components/launcher/session-body'
import { TileAvailability, TileBody, TileSizes } from '@/components/launcher/tile-parts'
import { WorkspaceGallery } from '@/components/launcher/workspace-gallery'
import { PageBody } from '@/components/shell/app-shell'
import { isAdmin } from '@/lib/domain/actor'
import { readLauncher } from '@/lib/use-cases/read-launcher'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { launchSessionAction } from './actions'
import { sessionActions } from './session-actions'

export const metadata: Metadata = { title: 'Workspaces' }

/** What is to be seen is drawn here; to the browser goes the script of buttons and search alone. */
export default async function LauncherPage() {
  const actor = await requirePageActor()
  const { mark, moving, now, sessions, tiles } = await pageData(readLauncher(deps(), actor))
  return (
    <PageBody>
      <h1 className="sr-only">Workspaces</h1>
      <AddressNotice publicOrigin={deps().config.publicUrl.origin} />
      <FreshnessNotice drawn={{ mark, moving }} />
      <MySessions
        sessions={orderSessions(sessions).map((session) => ({ session, body: <SessionBody session={session} now={now} /> }))}
        actions={sessionActions}
      />
      {tiles.length === 0 ? (
        <NoWorkspaces isAdmin={isAdmin(actor)} />
      ) : (
        <WorkspaceGallery
          launch={launchSessionAction}
          noMatch={<NoMatch />}
          tiles={tiles.map((tile) => ({
            id: tile.id,
            name: tile.name,
            description: tile.description,
            categories: tile.categories,
            never: tile.availability === 'never',
            body: <TileBody tile={tile} />,
            availability: <TileAvailability tile={tile} />,
            sizes: tile.gpuChoices.length > 0 ? <TileSizes tile={tile} /> : null,
          }))}
        />
      )}
    </PageBody>
  )
}
