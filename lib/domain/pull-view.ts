// What leaves the server about an image on its way to an agent.
import type { PullProgress } from './container-host'

export type PullView = {
  state: 'waiting' | 'pulling' | 'failed'
  /** The agent that it is copied from; null where it comes from a registry. */
  source: string | null
  progress: PullProgress | null
  /** Null where nothing can be said yet. */
  timeLeftMs: number | null
  problem: string | null
  hint: string | null
  /** When it is tried again without anybody asking. */
  nextTryAt: string | null
}
