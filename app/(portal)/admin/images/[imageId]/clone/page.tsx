import type { Metadata } from 'next'
import { ImageEditor } from '@/app/(portal)/admin/images/image-editor'
import { knownOf } from '@/app/(portal)/admin/images/known'
import { fieldsOf } from '@/components/image-form/image-changes'
import { PageHeader } from '@/components/ui/page-header'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import { getImage } from '@/lib/use-cases/get-image'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Clone a workspace image' }

const longestName = 80
const suffix = ' (copy)'

export default async function CloneImagePage({ params }: { params: Promise<{ imageId: string }> }) {
  const actor = await requirePageActor({ permission: 'image:manage' })
  const { imageId } = await params
  const [image, known] = await Promise.all([pageData(getImage(deps(), actor, { imageId })), knownOf(actor)])
  const fields = fieldsOf(image)
  return (
    <>
      <PageHeader
        crumbs={[
          { href: '/admin/images', label: 'Workspace images' },
          { href: `/admin/images/${image.id}`, label: image.name },
        ]}
        icon={<WorkspaceIcon icon={{ name: image.iconName, id: image.iconId }} />}
        title={`Clone “${image.name}”`}
        description="A workspace of its own: later changes to the one it came from do not reach it. What you change here is marked."
      />
      <ImageEditor
        key={image.id}
        mode="clone"
        initial={{ ...fields, name: fields.name.slice(0, longestName - suffix.length) + suffix }}
        base={fields}
        image={null}
        parent={{ id: image.id, name: image.name, fields }}
        registryUser={image.registryUser}
        known={known}
      />
    </>
  )
}
