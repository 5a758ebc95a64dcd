// The save of an authoring session as the API answers it.
import { z } from 'zod'
import { imageSaveStates } from '@/lib/domain/image-save'

const id = z.string()
const text = z.string()
const count = z.int()
const time = z.iso.datetime()

export const SaveAnswer = z
  .object({
    id,
    state: z.enum(imageSaveStates),
    report: z
      .object({
        sizeBytes: z.number(),
        diff: z.object({
          added: count,
          changed: count,
          deleted: count,
          groups: z.array(z.object({ folder: text, added: count, changed: count, deleted: count, examples: z.array(text) })),
          moreGroups: count,
        }),
        removed: z.array(text),
        moreRemoved: count,
      })
      .nullable(),
    imageId: id.nullable(),
    problem: text.nullable(),
    hint: text.nullable(),
    createdAt: time,
  })
  .nullable()
