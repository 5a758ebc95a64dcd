// NOTIFY in the writing transaction wakes whoever acts on the row; it reaches other processes and is lost only with a listener that polls anyway.
import type { Tx } from './client'

export const channels = {
  /** Payload: session id, or empty. The controller looks at it at once. */
  sessions: 'berth_sessions',
  /** Payload: session id, or empty. The gateway reads grants and routes again. */
  grants: 'berth_grants',
  /** Payload: question id. */
  questions: 'berth_questions',
  /** Payload: agent id. */
  agents: 'berth_agents',
  /** Payload: empty. What is kept ready is looked at again. */
  ready: 'berth_ready',
  /** Payload: id of the agent on which a session is to become an image. */
  saves: 'berth_saves',
} as const

export async function notify(tx: Tx, channel: keyof typeof channels, payload: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${channels[channel]}, ${payload})`
}
