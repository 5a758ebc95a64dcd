// Many launches at once, each with a key of its own: asked again after a crash, those that were taken are found and not made twice.
import { eachLimited } from '@/lib/controller/each-limited'
import type { Actor } from '@/lib/domain/actor'
import type { Deps } from '@/lib/use-cases/deps'
import { launchSession } from '@/lib/use-cases/launch-session'

export type Launch = { actor: Actor; imageId: string; idempotencyKey: string }

// One process has ten connections to its database, and whoever waits longer than five seconds for one is refused.
const sideBySide = 8

export async function launchAll(deps: Deps, launches: readonly Launch[]): Promise<void> {
  await eachLimited(sideBySide, launches, async ({ actor, ...input }) => {
    await launchSession(deps, actor, input)
  })
}
