// What the use-cases are given inside Next: opened once per process. Next bundles this module several times, so it is kept on globalThis.
import 'server-only'
import { config } from '@/lib/config'
import type { Deps } from '@/lib/use-cases/deps'
import { openDeps } from '@/lib/use-cases/open-deps'

const holder = globalThis as typeof globalThis & { berthWebDeps?: Deps }

export function deps(): Deps {
  holder.berthWebDeps ??= openDeps(config())
  return holder.berthWebDeps
}
