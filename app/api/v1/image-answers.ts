// Parts of answers that tell where images are, and where they go.
import { z } from 'zod'
import { imagePushStates } from '@/lib/domain/image-push'

const text = z.string()
const time = z.iso.datetime()
const brought = z.enum(['pulled', 'copied'])

export const imagePlace = z.object({
  id: text,
  name: text,
  imageId: text,
  digest: text.nullable(),
  sizeBytes: z.number(),
  seenAt: time,
  brought: brought.nullable(),
})

export const broughtImage = z.object({
  imageId: text,
  references: z.array(text),
  how: brought,
  sizeBytes: z.number(),
  broughtAt: time,
  unneededSince: time.nullable(),
  removing: z.boolean(),
  problem: text.nullable(),
})

export const imagePush = z.object({
  reference: text,
  agentName: text,
  state: z.enum(imagePushStates),
  progress: z
    .object({ layers: z.int(), layersDone: z.int(), bytes: z.number(), bytesTotal: z.number(), status: text })
    .nullable(),
  digest: text.nullable(),
  problem: text.nullable(),
  hint: text.nullable(),
  registryUser: text.nullable(),
  askedAt: time,
  endedAt: time.nullable(),
})
