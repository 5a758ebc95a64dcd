// Why a session is not on an agent: stable codes with parameters, worded for the viewer.
import { z } from 'zod'

/** never: no change of load would help · busy: others hold what is needed · unknown: the agent cannot be judged now. */
export type ReasonKind = 'never' | 'busy' | 'unknown'

export const reasonKinds = {
  disabled: 'never',
  wrong_group: 'never',
  path_not_declared: 'never',
  cpu_too_small: 'never',
  memory_too_small: 'never',
  too_few_gpus: 'never',
  no_gpu: 'never',
  gpu_model_differs: 'never',
  gpu_memory_too_small: 'never',
  gpu_cap_too_small: 'never',
  home_elsewhere: 'never',
  cpu_busy: 'busy',
  memory_busy: 'busy',
  gpu_busy: 'busy',
  gpu_busy_outside: 'busy',
  reserved: 'busy',
  ready_gives_way: 'busy',
  disk_low: 'busy',
  drained: 'busy',
  image_too_large: 'busy',
  home_busy: 'busy',
  gpu_cap: 'busy',
  gpu_missing: 'unknown',
  gpus_not_seen_yet: 'unknown',
  unreachable: 'unknown',
  not_seen_yet: 'unknown',
  no_agents: 'never',
} as const satisfies Record<string, ReasonKind>
export type ReasonCode = keyof typeof reasonKinds

export const PlacementReason = z.object({
  /** Null when the reason is not about one agent. */
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  code: z.enum(Object.keys(reasonKinds) as [ReasonCode, ...ReasonCode[]]),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type PlacementReason = z.output<typeof PlacementReason>

/** Not by their text: the database gives keys back in an order of its own. */
export function sameReasons(stored: unknown, reasons: readonly PlacementReason[]): boolean {
  if (!Array.isArray(stored) || stored.length !== reasons.length) return false
  return reasons.every((reason, index) => isSame(stored[index] as Partial<PlacementReason> | null, reason))
}

function isSame(stored: Partial<PlacementReason> | null, { agentId, agentName, code, params }: PlacementReason): boolean {
  const known = stored?.params ?? {}
  const keys = Object.keys(params)
  return (
    stored?.code === code &&
    stored.agentId === agentId &&
    stored.agentName === agentName &&
    keys.length === Object.keys(known).length &&
    keys.every((key) => known[key] === params[key])
  )
}

export type ReasonView = { agent: string; code: ReasonCode; text: string }

const GiB = 1024 ** 3
const cpus = (millis: unknown) => `${Number(millis) / 1000}`
const gib = (bytes: unknown) => `${Math.round((Number(bytes) / GiB) * 10) / 10} GiB`

const gpus = (count: unknown) => (Number(count) === 1 ? '1 GPU' : `${count} GPUs`)

function gpuMemoryWords(p: Record<string, string | number>): string {
  const wanted = `${gib(p.memory)} of memory`
  const unknown = Number(p.unknown) > 0 ? `; the memory of ${p.unknown} is not known` : ''
  if (Number(p.has) > 0) return `has ${gpus(p.has)} with ${wanted}, ${p.needs} are needed${unknown}`
  if (p.largest === undefined) return `does not say how much memory its GPUs have, ${gib(p.memory)} are needed`
  return `has no GPU with ${wanted}, the largest has ${gib(p.largest)}${unknown}`
}

const words: Record<ReasonCode, (params: Record<string, string | number>) => string> = {
  disabled: () => 'switched off by an administrator',
  wrong_group: (p) => `does not belong to the group ${p.group}`,
  path_not_declared: (p) => `does not offer the host directory ${p.path}`,
  cpu_too_small: (p) => `has ${cpus(p.has)} CPUs in all, ${cpus(p.needs)} are needed`,
  memory_too_small: (p) => `has ${gib(p.has)} of memory in all, ${gib(p.needs)} are needed`,
  too_few_gpus: (p) => `has ${p.has} usable GPUs, ${p.needs} are needed`,
  no_gpu: () => 'has no usable GPU',
  gpu_model_differs: (p) =>
    Number(p.has) === 0
      ? `has no GPU of the model ${p.model}`
      : `has ${gpus(p.has)} of the model ${p.model}, ${p.needs} are needed`,
  gpu_memory_too_small: gpuMemoryWords,
  gpu_cap_too_small: (p) => `has ${gpus(p.has)}, all of which are needed; you may hold at most ${p.cap} at once`,
  home_elsewhere: () => 'the home of this workspace lies on another agent',
  cpu_busy: (p) => `${cpus(p.free)} CPUs are free, ${cpus(p.needs)} are needed`,
  memory_busy: (p) => `${gib(p.free)} of memory are free, ${gib(p.needs)} are needed`,
  gpu_busy: (p) => `${p.free} of its GPUs are free, ${p.needs} are needed`,
  gpu_busy_outside: (p) => `${p.outside} of its GPUs are used by something that Berth did not start`,
  gpu_missing: (p) =>
    `${gpus(p.missing)} of it ${p.missing === 1 ? 'is' : 'are'} not seen at the moment; ${p.has} that fit ${p.has === 1 ? 'is' : 'are'} there, ${p.needs} needed`,
  gpus_not_seen_yet: () => 'nobody has looked yet which GPUs it has',
  reserved: () => 'kept free for a session further ahead in the queue',
  ready_gives_way: () => 'a session that nobody uses yet ends there to make room',
  disk_low: (p) => `only ${gib(p.free)} of disk are free`,
  drained: () => 'being taken out of service by an administrator',
  image_too_large: (p) => `has no room for the image: it takes ${gib(p.needs)}, and ${gib(p.free)} of disk are free`,
  home_busy: () => 'another session uses the same home',
  gpu_cap: (p) => `you hold ${gpus(p.held)}; at most ${p.cap} are allowed at once`,
  unreachable: () => 'does not answer at the moment',
  not_seen_yet: () => 'has not been looked at yet',
  no_agents: () => 'no agent is registered',
}

/** Ordinary users see that there is an agent, not which. */
export function describeReasons(reasons: readonly PlacementReason[], viewer: { isAdmin: boolean }): ReasonView[] {
  return reasons.map((reason, index) => ({
    agent: reason.agentId === null ? '' : viewer.isAdmin && reason.agentName ? reason.agentName : `Agent ${index + 1}`,
    code: reason.code,
    text: words[reason.code](reason.params),
  }))
}
