// The shape of every server action: who, what, may they, do. Three of the four cannot be forgotten.
import 'server-only'
import { headers } from 'next/headers'
import { unstable_rethrow } from 'next/navigation'
import type { z } from 'zod'
import type { Actor } from '@/lib/domain/actor'
import type { ActionResult } from '@/lib/domain/failure'
import type { Deps } from '@/lib/use-cases/deps'
import { deps } from './deps'
import { assertOwnOrigin } from './origin'
import { assertPlainInput } from './plain-input'
import { requireActor } from './require-actor'
import { toFailure } from './to-failure'

type Spec<S extends z.ZodType, R> = {
  /** For the log: `session.stop`. */
  name: string
  input: S
  /** The one action that is possible before a first password is replaced. */
  beforePasswordChange?: boolean
  run: (call: { actor: Actor; deps: Deps; input: z.output<S> }) => Promise<R>
}

export function action<S extends z.ZodType, R>(spec: Spec<S, R>): (raw: z.input<S>) => Promise<ActionResult<R>> {
  return async function invoke(raw) {
    try {
      assertOwnOrigin(await headers())
      const actor = await requireActor({ beforePasswordChange: spec.beforePasswordChange ?? false })
      assertPlainInput(raw)
      const input = spec.input.parse(raw)
      return { ok: true, data: await spec.run({ actor, deps: deps(), input }) }
    } catch (error) {
      unstable_rethrow(error)
      return { ok: false, ...toFailure(spec.name, error).failure }
    }
  }
}
