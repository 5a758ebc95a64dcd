import type { Metadata } from 'next'
import { ImageEditor } from '@/app/(portal)/admin/images/image-editor'
import { knownOf } from '@/app/(portal)/admin/images/known'
import { newImageFields } from '@/components/image-form/image-form-values'
import { PageHeader } from '@/components/ui/page-header'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'New workspace image' }

export default async function NewImagePage() {
  const actor = await requirePageActor({ permission: 'image:manage' })
  const start = newImageFields()
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/images', label: 'Workspace images' }]}
        title="New workspace image"
        description="Most are quicker made by cloning one that works. Nothing is launched before you say so."
      />
      <ImageEditor
        mode="new"
        initial={start}
        base={start}
        image={null}
        parent={null}
        registryUser={null}
        known={await knownOf(actor)}
      />
    </>
  )
}
