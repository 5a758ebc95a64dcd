// Taking an agent out of service: nothing new starts there, and whoever is left is told why and until when.
import { z } from 'zod'

export const DrainMessage = z.string().trim().max(500, 'At most 500 characters.')

export const AgentDrain = z.strictObject({
  /** For the people whose sessions are left; shown to them as it is. */
  message: DrainMessage.nullable()
    .default(null)
    .transform((text) => text || null),
  /** Then the sessions that are left are stopped, never deleted. */
  deadlineAt: z.iso.datetime({ offset: true, message: 'A time as in 2030-01-31T18:00:00Z.' }).nullable().default(null),
})
export type AgentDrain = z.output<typeof AgentDrain>

/** What a session tells of it. */
export type DrainView = { message: string | null; deadlineAt: string | null }

const yearMs = 366 * 24 * 3_600_000

/** What is wrong with a deadline, or null. */
export function deadlineProblem(deadlineAt: Date, now: Date): string | null {
  if (deadlineAt <= now) return 'This time is past.'
  return deadlineAt.getTime() - now.getTime() > yearMs ? 'At most a year from now.' : null
}
