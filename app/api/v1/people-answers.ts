// What the API answers about people, as schemas for the OpenAPI document.
import { z } from 'zod'
import { answerOf } from '@/app/api/v1/answers'
import { roles } from '@/lib/domain/actor'
import type { AccountUsage } from '@/lib/domain/agent-view'
import { UserLimits } from '@/lib/domain/settings'
import type { HomeView, UserDetail, UserRow, UserView } from '@/lib/domain/user-view'

const id = z.string()
const time = z.iso.datetime()
const text = z.string()
const count = z.int()

const userFields = {
  id,
  name: text,
  displayName: text,
  role: z.enum(roles),
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  createdAt: time,
  ...UserLimits.shape,
}
const userRowFields = { ...userFields, liveSessions: count, lastSeenAt: time.nullable() }
const HomeAnswer = answerOf<HomeView>()(
  z.object({ id, imageName: text.nullable(), agentName: text.nullable(), volumeName: text, createdAt: time }),
)
export const UserAnswer = answerOf<UserView>()(z.object(userFields))
export const UserRowAnswer = answerOf<UserRow>()(z.object(userRowFields))
export const UserDetailAnswer = answerOf<UserDetail>()(
  z.object({
    ...userRowFields,
    sessions: z.array(z.object({ id, imageName: text, state: text })),
    homes: z.array(HomeAnswer),
    apiKeys: count,
  }),
)
export const CreatedUserAnswer = z.object({ user: UserAnswer, password: text.nullable() })
export const DeletedUserAnswer = z.object({ id, name: text, leftHomes: z.array(HomeAnswer) })

const use = z.object({ used: z.number(), limit: z.number().nullable() })
const boundedUse = z.object({ used: z.number(), limit: z.number() })
export const MeAnswer = z.object({
  user: UserAnswer,
  usage: answerOf<AccountUsage>()(z.object({ sessions: boundedUse, cpuMillis: use, memoryBytes: use, gpus: boundedUse })),
  timeLimitSeconds: count.nullable(),
})
