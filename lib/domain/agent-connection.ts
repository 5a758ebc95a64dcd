// What a try to reach a Docker Engine found.
import type { EngineFacts } from './container-host'

export type SeenHostKey = { type: string; fingerprint: string }

export type AgentConnectionAnswer =
  | { ok: true; facts: EngineFacts }
  /** `hostKey`: what the ssh server shows, where that one was not confirmed. */
  | { ok: false; problem: string; hint: string | null; hostKey: SeenHostKey | null }
