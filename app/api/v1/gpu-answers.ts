// What the API answers about GPUs, as schemas for the OpenAPI document.
import { z } from 'zod'
import { answerOf, SessionDetailAnswer } from '@/app/api/v1/answers'
import { gpuStates } from '@/lib/domain/gpu-state'
import type { GpuDetail, GpuTile, SessionGpu } from '@/lib/domain/gpu-view'

const id = z.string()
const text = z.string()
const count = z.int()
const time = z.iso.datetime()
const person = z.object({ id, name: text })

const numbers = {
  at: time,
  utilizationPercent: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nullable(),
}

const gpuFields = {
  id,
  uuid: text,
  index: count,
  kind: z.enum(['device', 'mig']),
  parentUuid: text.nullable(),
  migProfile: text.nullable(),
  model: text,
  memoryBytes: z.number().nullable(),
  driverVersion: text.nullable(),
  pciAddress: text.nullable(),
  computeCapability: text.nullable(),
  agent: z.object({ id, name: text, enabled: z.boolean() }),
  state: z.enum(gpuStates),
  shares: count,
  excluded: z.boolean(),
  allowBusyOutside: z.boolean(),
  busyOutsideSince: time.nullable(),
  missingSince: time.nullable(),
  holders: z.array(
    z.object({
      sessionId: id,
      slot: count,
      owner: person.nullable(),
      imageName: text,
      since: time,
      endsAt: time.nullable(),
      lostAt: time.nullable(),
    }),
  ),
  reading: z.object(numbers).nullable(),
  idleSince: time.nullable(),
  sparkline: z.array(z.number().nullable()),
}

export const GpuAnswer = answerOf<GpuTile>()(z.object(gpuFields))

export const GpuDetailAnswer = answerOf<GpuDetail>()(
  z.object({
    ...gpuFields,
    history: z.array(z.object({ sessionId: id, owner: person.nullable(), imageName: text, since: time, until: time.nullable() })),
    samples: z.array(z.object(numbers)),
  }),
)

const SessionGpuAnswer = answerOf<SessionGpu>()(
  z.object({
    uuid: text,
    index: count,
    model: text,
    kind: z.enum(['device', 'mig']),
    shares: count,
    memoryBytes: z.number().nullable(),
    lost: z.boolean(),
    reading: z.object(numbers).nullable(),
  }),
)

/** One session by itself tells what its GPUs do. */
export const SessionWithGpusAnswer = SessionDetailAnswer.extend({ gpus: z.array(SessionGpuAnswer) })
