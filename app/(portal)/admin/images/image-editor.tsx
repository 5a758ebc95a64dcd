'use client'
import { launchSessionAction } from '@/app/(portal)/actions'
import { WorkspaceImageForm, type WorkspaceImageFormProps } from '@/components/image-form/image-form'
import type { SaveInput } from '@/components/image-form/image-form-context'
import { imageQueries } from '@/lib/client/image-queries'
import { useAction } from '@/lib/client/use-action'
import { checkReferenceAction, cloneImageAction, createImageAction, storeIconAction, updateImageAction } from './actions'

type ImageEditorProps = Omit<WorkspaceImageFormProps, 'actions'>

const invalidates = [imageQueries.all]

/** The form with this route's actions: what a save means depends on how the page was entered. */
export function ImageEditor(props: ImageEditorProps) {
  const create = useAction(createImageAction, { invalidates })
  const clone = useAction(cloneImageAction, { invalidates })
  const update = useAction(updateImageAction, { invalidates })

  function save({ fields, changes, version, registry }: SaveInput) {
    const login = registry === undefined ? {} : { registry }
    const target = props.mode === 'clone' ? props.parent?.id : props.image?.id
    if (target === undefined) return create.run({ ...fields, ...login })
    if (props.mode === 'clone') return clone.run({ imageId: target, changes, ...login })
    return update.run({ imageId: target, changes, ...login, ...(version === null ? {} : { version }) })
  }

  return (
    <WorkspaceImageForm
      {...props}
      actions={{ save, launch: launchSessionAction, checkReference: checkReferenceAction, storeIcon: storeIconAction }}
    />
  )
}
