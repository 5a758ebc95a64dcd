'use server'
// What administrators do with workspace images.
import { z } from 'zod'
import { given } from '@/lib/domain/given'
import { maxIconBase64Length } from '@/lib/domain/icon'
import { Id } from '@/lib/domain/ids'
import { PushImageOf } from '@/lib/domain/image-push'
import { ImageReferenceText } from '@/lib/domain/image-reference'
import { RegistryLoginChange } from '@/lib/domain/registry-login'
import { ImageRef, PinImage, WorkspaceImageFields, WorkspaceImagePatch } from '@/lib/domain/workspace-image'
import { checkImage } from '@/lib/use-cases/check-image'
import { checkReference } from '@/lib/use-cases/check-reference'
import { cloneImage, createImage } from '@/lib/use-cases/create-image'
import { deleteImage } from '@/lib/use-cases/delete-image'
import { forgetPush } from '@/lib/use-cases/forget-push'
import { pinImage } from '@/lib/use-cases/pin-image'
import { pushImage } from '@/lib/use-cases/push-image'
import { startAuthoring } from '@/lib/use-cases/start-authoring'
import { storeIcon } from '@/lib/use-cases/store-icon'
import { updateImage } from '@/lib/use-cases/update-image'
import { usePushedImage } from '@/lib/use-cases/use-pushed-image'
import { action } from '@/lib/web/action'

export const createImageAction = action({
  name: 'image.create',
  input: WorkspaceImageFields.extend({ registry: RegistryLoginChange }),
  run: ({ actor, deps, input: { registry, ...fields } }) => createImage(deps, actor, fields, registry),
})

export const cloneImageAction = action({
  name: 'image.clone',
  input: ImageRef.extend({ changes: WorkspaceImagePatch, registry: RegistryLoginChange }),
  run: ({ actor, deps, input }) => cloneImage(deps, actor, { ...input, changes: given(input.changes) }),
})

export const updateImageAction = action({
  name: 'image.update',
  input: ImageRef.extend({ version: z.int().optional(), changes: WorkspaceImagePatch, registry: RegistryLoginChange }),
  run: ({ actor, deps, input }) => updateImage(deps, actor, { ...input, changes: given(input.changes) }),
})

export const startAuthoringAction = action({
  name: 'image.author',
  input: ImageRef,
  run: ({ actor, deps, input }) => startAuthoring(deps, actor, input),
})

export const deleteImageAction = action({
  name: 'image.delete',
  input: ImageRef,
  run: ({ actor, deps, input }) => deleteImage(deps, actor, input),
})

export const checkReferenceAction = action({
  name: 'image.check-reference',
  input: z.strictObject({ reference: ImageReferenceText, imageId: Id.optional(), registry: RegistryLoginChange }),
  run: ({ actor, deps, input }) => checkReference(deps, actor, input),
})

export const checkImageAction = action({
  name: 'image.check',
  input: ImageRef,
  run: ({ actor, deps, input }) => checkImage(deps, actor, input),
})

export const pinImageAction = action({
  name: 'image.pin',
  input: ImageRef.extend(PinImage.shape),
  run: ({ actor, deps, input }) => pinImage(deps, actor, input),
})

export const pushImageAction = action({
  name: 'image.push',
  input: PushImageOf,
  run: ({ actor, deps, input }) => pushImage(deps, actor, input),
})

export const usePushedImageAction = action({
  name: 'image.use-pushed',
  input: ImageRef,
  run: ({ actor, deps, input }) => usePushedImage(deps, actor, input),
})

export const forgetPushAction = action({
  name: 'image.forget-push',
  input: ImageRef,
  run: ({ actor, deps, input }) => forgetPush(deps, actor, input),
})

/** The picture travels as base64: what comes into an action is plain JSON. */
export const storeIconAction = action({
  name: 'image.store-icon',
  input: z.strictObject({ base64: z.base64('This is not base64.').max(maxIconBase64Length, 'A picture has at most 256 KiB.') }),
  run: ({ actor, deps, input }) => storeIcon(deps, actor, { bytes: Buffer.from(input.base64, 'base64') }),
})
