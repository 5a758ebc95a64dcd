// Workspace images over the API.
import { z } from 'zod'
import { Gone, ImageAnswer, ImageCheckAnswer, pageOf } from '@/app/api/v1/answers'
import { given } from '@/lib/domain/given'
import { Id } from '@/lib/domain/ids'
import { PushImage } from '@/lib/domain/image-push'
import { CursorQuery } from '@/lib/domain/page'
import { RegistryLoginChange } from '@/lib/domain/registry-login'
import { PinImage, WorkspaceImageFields, WorkspaceImagePatch } from '@/lib/domain/workspace-image'
import { checkImage } from '@/lib/use-cases/check-image'
import { cloneImage, createImage } from '@/lib/use-cases/create-image'
import { deleteImage } from '@/lib/use-cases/delete-image'
import { forgetPush } from '@/lib/use-cases/forget-push'
import { getImage } from '@/lib/use-cases/get-image'
import { pageImages } from '@/lib/use-cases/list-images'
import { pinImage } from '@/lib/use-cases/pin-image'
import { pushImage } from '@/lib/use-cases/push-image'
import { updateImage } from '@/lib/use-cases/update-image'
import { usePushedImage } from '@/lib/use-cases/use-pushed-image'
import { operation } from '@/lib/web/operation'

const params = z.object({ imageId: Id })

export const listImages = operation({
  name: 'image.list',
  method: 'GET',
  path: '/images',
  summary: 'List workspace images',
  query: CursorQuery,
  answer: pageOf(ImageAnswer),
  run: ({ actor, deps, query }) => pageImages(deps, actor, query),
})

export const createImageOperation = operation({
  name: 'image.create',
  method: 'POST',
  path: '/images',
  summary: 'Create a workspace image',
  body: WorkspaceImageFields.extend({ registry: RegistryLoginChange }),
  status: 201,
  answer: ImageAnswer,
  run: ({ actor, deps, input: { registry, ...fields } }) => createImage(deps, actor, fields, registry),
})

export const getImageOperation = operation({
  name: 'image.get',
  method: 'GET',
  path: '/images/{imageId}',
  summary: 'Get a workspace image',
  params,
  answer: ImageAnswer,
  run: ({ actor, deps, params: { imageId } }) => getImage(deps, actor, { imageId }),
})

export const updateImageOperation = operation({
  name: 'image.update',
  method: 'PATCH',
  path: '/images/{imageId}',
  summary: 'Change a workspace image; with `version`, only if nobody changed it meanwhile',
  params,
  body: z.strictObject({ ...WorkspaceImagePatch.shape, version: z.int().min(0).optional(), registry: RegistryLoginChange }),
  answer: ImageAnswer,
  run: ({ actor, deps, params: { imageId }, input: { version, registry, ...changes } }) =>
    updateImage(deps, actor, { imageId, version, registry, changes: given(changes) }),
})

export const cloneImageOperation = operation({
  name: 'image.clone',
  method: 'POST',
  path: '/images/{imageId}/clone',
  summary: 'Clone a workspace image, with changes',
  params,
  body: z.strictObject({ ...WorkspaceImagePatch.shape, registry: RegistryLoginChange }),
  status: 201,
  answer: ImageAnswer,
  run: ({ actor, deps, params: { imageId }, input: { registry, ...changes } }) =>
    cloneImage(deps, actor, { imageId, registry, changes: given(changes) }),
})

export const checkImageOperation = operation({
  name: 'image.check',
  method: 'POST',
  path: '/images/{imageId}/check',
  summary: 'Ask the registry now what the tag of a workspace image names',
  params,
  answer: ImageCheckAnswer,
  run: ({ actor, deps, params: { imageId } }) => checkImage(deps, actor, { imageId }),
})

export const pinImageOperation = operation({
  name: 'image.pin',
  method: 'POST',
  path: '/images/{imageId}/pin',
  summary:
    'Pin a workspace image to one of its builds, or with `null` let it follow its tag; with `version`, only if nobody changed it meanwhile',
  params,
  body: PinImage,
  answer: ImageAnswer,
  run: ({ actor, deps, params: { imageId }, input: { digest, version } }) => pinImage(deps, actor, { imageId, digest, version }),
})

export const deleteImageOperation = operation({
  name: 'image.delete',
  method: 'DELETE',
  path: '/images/{imageId}',
  summary: 'Delete a workspace image',
  params,
  answer: Gone,
  run: ({ actor, deps, params: { imageId } }) => deleteImage(deps, actor, { imageId }),
})

export const pushImageOperation = operation({
  name: 'image.push',
  method: 'POST',
  path: '/images/{imageId}/push',
  summary: 'Push the Docker image from an agent to a registry; its state is `push` of the workspace image',
  params,
  body: PushImage,
  answer: ImageAnswer,
  run: ({ actor, deps, params: { imageId }, input }) => pushImage(deps, actor, { ...input, imageId }),
})

export const usePushedImageOperation = operation({
  name: 'image.use-pushed',
  method: 'POST',
  path: '/images/{imageId}/use-pushed',
  summary: 'Point a workspace image at what was pushed of it',
  params,
  answer: ImageAnswer,
  run: ({ actor, deps, params: { imageId } }) => usePushedImage(deps, actor, { imageId }),
})

export const forgetPushOperation = operation({
  name: 'image.forget-push',
  method: 'DELETE',
  path: '/images/{imageId}/push',
  summary: 'Cancel a push, or put away what became of it',
  params,
  answer: ImageAnswer,
  run: ({ actor, deps, params: { imageId } }) => forgetPush(deps, actor, { imageId }),
})
