import { Layers } from 'lucide-react'
import type { Metadata } from 'next'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'
import { PageHeader } from '@/components/ui/page-header'
import { ExportChoice } from '@/components/workspace-registry/export-choice'
import { listExportable } from '@/lib/use-cases/export-registry'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Export as a registry' }

export default async function ExportPage() {
  const actor = await requirePageActor({ permission: 'image:manage' })
  const rows = await pageData(listExportable(deps(), actor))
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/images', label: 'Workspace images' }]}
        title="Export as a registry"
        description="One JSON file in Kasm’s format, to install from elsewhere. It has no passwords, and no values of variables that look like secrets."
      />
      {rows.length > 0 ? (
        <ExportChoice rows={rows} />
      ) : (
        <EmptyState
          icon={<Layers aria-hidden="true" />}
          title="There is nothing to export yet"
          action={<LinkButton href="/admin/images/new">New workspace image</LinkButton>}
        />
      )}
    </>
  )
}
