// Pictures of workspace images: the bytes themselves, in and out.
import { z } from 'zod'
import { iconMediaTypes } from '@/lib/domain/icon'
import { Id } from '@/lib/domain/ids'
import { getIcon, storeIcon } from '@/lib/use-cases/store-icon'
import { operation } from '@/lib/web/operation'

// More than a picture may have, so that one that is too large is told so by its own rule.
const maxUploadBytes = 6 * 1024 * 1024

export const createIcon = operation({
  name: 'icon.create',
  method: 'POST',
  path: '/icons',
  summary: 'Upload a picture for a workspace image: PNG, JPEG, WebP or GIF, at most 256 KiB',
  body: { kind: 'bytes', maxBytes: maxUploadBytes, mediaTypes: iconMediaTypes },
  status: 201,
  answer: z.object({ iconId: z.string() }),
  run: ({ actor, deps, input }) => storeIcon(deps, actor, { bytes: input.bytes }),
})

export const getIconOperation = operation({
  name: 'icon.get',
  method: 'GET',
  path: '/icons/{iconId}',
  summary: 'Get a picture',
  params: z.object({ iconId: Id }),
  run: async ({ actor, deps, params: { iconId } }) => {
    const { bytes, mediaType } = await getIcon(deps, actor, { iconId })
    return new Response(new Uint8Array(bytes), {
      headers: {
        'content-type': mediaType,
        // It never changes under its id. Whoever uploaded it cannot make it a page.
        'cache-control': 'private, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'same-origin',
      },
    })
  },
})
