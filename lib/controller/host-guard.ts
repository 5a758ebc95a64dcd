// Stands before every call to an engine: nothing is asked of a host that is another portal's, or another agent's.
import type { AgentRow } from '@/lib/db/agents-observed'
import type { ContainerHost } from '@/lib/domain/container-host'
import { hasCode } from '@/lib/domain/errors'
import { claimTimes } from '@/lib/domain/host-claim'
import { type ClaimDeps, newClaimLook } from './host-claims'

/** Looked at again soon: what one waits for may have happened. */
const refusedForMs = 3_000
const lookWithinMs = 20_000

const free = new Set<PropertyKey>(['hostVolumes', 'makeHostVolume', 'removeHostVolume', 'hostTime'])
const streams = new Set<PropertyKey>(['watch', 'followGpuWatch', 'saveImage'])

export type Guarded = {
  host: ContainerHost
  /** A look of now, whatever was seen before. */
  lookAnew(): Promise<void>
}

export type GuardHost = (agent: AgentRow, host: ContainerHost) => Guarded

type Verb = (...args: unknown[]) => unknown

export function newHostGuard(deps: ClaimDeps): GuardHost {
  return (agent, host) => {
    const look = newClaimLook(deps, agent.id, host)
    const { allowed, lookAnew } = newPermission(
      () => look(AbortSignal.timeout(lookWithinMs)),
      deps.lookEveryMs ?? claimTimes.lookEveryMs,
    )
    const guarded = new Proxy(host, {
      get: (target, name) => {
        const verb = Reflect.get(target, name) as Verb
        if (typeof verb !== 'function' || free.has(name)) return verb
        if (streams.has(name)) {
          return async function* (...args: unknown[]) {
            await allowed()
            yield* verb.apply(target, args) as AsyncIterable<unknown>
          }
        }
        return async (...args: unknown[]) => {
          await allowed()
          return verb.apply(target, args)
        }
      },
    })
    return { host: guarded, lookAnew }
  }
}

type Permission = { allowed(): Promise<void>; lookAnew(): Promise<void> }

/** One look at a time, and its answer for a while. */
function newPermission(look: () => Promise<void>, forMs: number): Permission {
  let looking: Promise<void> | null = null
  let known: { until: number; error: unknown } | null = null
  let next: Promise<void> | null = null
  const begin = () => {
    const beganMs = performance.now()
    looking = look()
      .then(
        () => {
          // From its beginning, when the host was looked at.
          known = { until: beganMs + forMs, error: null }
        },
        (error: unknown) => {
          // Silence is not remembered: the next call finds out for itself.
          const isNo = hasCode(error, 'agent_taken', 'agent_same_host', 'agent_other_engine')
          known = isNo ? { until: performance.now() + Math.min(refusedForMs, forMs), error } : null
          throw error
        },
      )
      .finally(() => {
        looking = null
      })
    return looking
  }
  return {
    allowed: async () => {
      if (known && performance.now() < known.until) {
        if (known.error !== null) throw known.error
        return
      }
      await (looking ?? begin())
    },
    // One that is under way may have seen the host before whoever asks now has.
    lookAnew: () => {
      next ??= Promise.resolve(looking)
        .catch(() => undefined)
        .then(() => {
          next = null
          return begin()
        })
      return next
    },
  }
}
