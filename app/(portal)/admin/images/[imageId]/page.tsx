import { Copy } from 'lucide-react'
import type { Metadata } from 'next'
import {
  checkImageAction,
  forgetPushAction,
  pinImageAction,
  pushImageAction,
  usePushedImageAction,
} from '@/app/(portal)/admin/images/actions'
import { AuthorButton } from '@/app/(portal)/admin/images/author-button'
import { ImageEditor } from '@/app/(portal)/admin/images/image-editor'
import { knownOf } from '@/app/(portal)/admin/images/known'
import { ImagePlaces } from '@/components/fleet/image-places'
import { ImageReady } from '@/components/fleet/image-ready'
import { ImageUpdates } from '@/components/fleet/image-updates'
import { fieldsOf } from '@/components/image-form/image-changes'
import { ImageStatus } from '@/components/image-form/image-status'
import { AppLink } from '@/components/ui/app-link'
import { LinkButton } from '@/components/ui/link-button'
import { PageHeader } from '@/components/ui/page-header'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import { getImage } from '@/lib/use-cases/get-image'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Workspace image' }

export default async function ImagePage({ params }: { params: Promise<{ imageId: string }> }) {
  const actor = await requirePageActor({ permission: 'image:manage' })
  const { imageId } = await params
  const [image, known] = await Promise.all([pageData(getImage(deps(), actor, { imageId })), knownOf(actor)])
  const fields = fieldsOf(image)
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/images', label: 'Workspace images' }]}
        icon={<WorkspaceIcon icon={{ name: image.iconName, id: image.iconId }} />}
        title={image.name}
        description={
          image.parent ? (
            <>
              Cloned from <AppLink href={`/admin/images/${image.parent.id}`}>{image.parent.name}</AppLink>
            </>
          ) : undefined
        }
        actions={
          <>
            <AuthorButton image={{ id: image.id, name: image.name }} />
            <LinkButton href={`/admin/images/${image.id}/clone`}>
              <Copy aria-hidden="true" />
              Clone
            </LinkButton>
          </>
        }
      />
      <ImageStatus image={image} />
      <ImagePlaces
        image={image}
        pushActions={{ push: pushImageAction, usePushed: usePushedImageAction, forget: forgetPushAction }}
      />
      <ImageUpdates image={image} check={checkImageAction} pin={pinImageAction} />
      <ImageReady image={image} />
      <ImageEditor
        key={`${image.id}-${image.version}`}
        mode="edit"
        initial={fields}
        base={fields}
        image={{ id: image.id, version: image.version }}
        parent={image.parent}
        registryUser={image.registryUser}
        known={known}
      />
    </>
  )
}
