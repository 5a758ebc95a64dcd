'use client'
import { Copy, MonitorPlay, MoreHorizontal, PencilLine, PencilRuler, Rocket, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { launchSessionAction } from '@/app/(portal)/actions'
import { DropdownMenu, MenuItem, MenuLink, MenuSeparator } from '@/components/ui/dropdown-menu'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/lib/client/use-action'
import type { ImageRow } from '@/lib/domain/workspace-image-view'
import { AuthorDialog } from './author-button'
import { DeleteImageDialog } from './delete-image-dialog'

export function ImageMenu({ image }: { image: ImageRow }) {
  const router = useRouter()
  const [deleting, setDeleting] = useState(false)
  const [authoring, setAuthoring] = useState(false)
  const launch = useAction(launchSessionAction, {
    onSuccess: (session) => router.push(`/sessions/${session.id}`),
    onFailure: toast.failure,
  })
  return (
    <>
      <DropdownMenu
        label={`Actions for ${image.name}`}
        trigger={<MoreHorizontal aria-hidden="true" />}
        icon
        size="sm"
        disabled={launch.pending}
      >
        <MenuLink href={`/admin/images/${image.id}`} icon={<PencilLine aria-hidden="true" />}>
          Edit
        </MenuLink>
        <MenuLink href={`/admin/images/${image.id}/clone`} icon={<Copy aria-hidden="true" />}>
          Clone
        </MenuLink>
        <MenuItem
          icon={<Rocket aria-hidden="true" />}
          disabled={!image.enabled}
          hint={image.enabled ? undefined : 'It is switched off.'}
          onSelect={() => void launch.run({ imageId: image.id })}
        >
          Launch
        </MenuItem>
        <MenuItem icon={<PencilRuler aria-hidden="true" />} onSelect={() => setAuthoring(true)}>
          Change by hand
        </MenuItem>
        <MenuLink href={`/admin/sessions?search=${encodeURIComponent(image.name)}`} icon={<MonitorPlay aria-hidden="true" />}>
          Its sessions
        </MenuLink>
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden="true" />} onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </DropdownMenu>
      {authoring && <AuthorDialog image={image} onClose={() => setAuthoring(false)} />}
      {deleting && <DeleteImageDialog image={image} onClose={() => setDeleting(false)} />}
    </>
  )
}
