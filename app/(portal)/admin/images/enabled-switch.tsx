'use client'
import { Switch } from '@/components/ui/switch'
import { toast } from '@/components/ui/toast'
import { imageQueries } from '@/lib/client/image-queries'
import { useAction } from '@/lib/client/use-action'
import type { ImageRow } from '@/lib/domain/workspace-image-view'
import { updateImageAction } from './actions'

/** On or off at once; what runs goes on. While it is on its way the switch shows what was asked. */
export function EnabledSwitch({ image }: { image: ImageRow }) {
  const { run, pending } = useAction(updateImageAction, { invalidates: [imageQueries.all], onFailure: toast.failure })
  return (
    <Switch
      hideLabel
      label={`${image.name} is enabled`}
      checked={pending ? !image.enabled : image.enabled}
      disabled={pending}
      onChange={() => void run({ imageId: image.id, changes: { enabled: !image.enabled } })}
    />
  )
}
