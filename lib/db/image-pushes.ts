// Images on their way to a registry: one row for the last push of each workspace image.
import type { PullProgress } from '@/lib/domain/container-host'
import type { ImagePushView } from '@/lib/domain/image-push'
import type { RegistryLogin } from '@/lib/domain/registry-login'
import type { Keys } from '@/lib/secrets/keys'
import { open, seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import type { Tx } from './client'
import type { ImagePush } from './generated/client'
import { DbNull } from './json-null'

export type PushRow = ImagePush

type NewPush = {
  imageId: string
  id: string
  agentId: string
  dockerImageId: string
  reference: string
  login: RegistryLogin | null
}

/** Takes the place of the last one. */
export async function writePush(tx: Tx, keys: Keys, { login, ...push }: NewPush, now: Date): Promise<void> {
  await tx.imagePush.deleteMany({ where: { imageId: push.imageId } })
  await tx.imagePush.create({
    data: {
      ...push,
      registryUser: login?.user ?? null,
      registryPasswordSealed: login ? seal(keys, sealContext.pushPassword(push.id), login.password) : null,
      askedAt: now,
    },
  })
}

export function loginOfPush(keys: Keys, push: PushRow): RegistryLogin | null {
  if (push.registryUser === null || push.registryPasswordSealed === null) return null
  return { user: push.registryUser, password: open(keys, sealContext.pushPassword(push.id), push.registryPasswordSealed) }
}

/** Not ended: also those that another controller began before it lost the agent. */
export async function loadOpenPushes(tx: Tx, agentId: string): Promise<PushRow[]> {
  return tx.imagePush.findMany({ where: { agentId, state: { in: ['waiting', 'pushing'] } }, orderBy: { askedAt: 'asc' } })
}

export async function writePushStarted(tx: Tx, id: string, now: Date): Promise<boolean> {
  const data = { state: 'pushing' as const, startedAt: now, progress: DbNull }
  return (await tx.imagePush.updateMany({ where: { id }, data })).count > 0
}

/** False: nobody wants it any more. */
export async function writePushProgress(tx: Tx, id: string, progress: PullProgress | null): Promise<boolean> {
  return (await tx.imagePush.updateMany({ where: { id }, data: { progress: progress ?? DbNull } })).count > 0
}

type Ended = { digest: string } | { problem: string; hint: string | null }

export async function writePushEnded(tx: Tx, id: string, ended: Ended, now: Date): Promise<void> {
  const state = 'digest' in ended ? ('done' as const) : ('failed' as const)
  await tx.imagePush.updateMany({ where: { id }, data: { ...ended, state, progress: DbNull, endedAt: now } })
}

export function toPushView(push: PushRow & { agent: { name: string } }): ImagePushView {
  return {
    reference: push.reference,
    agentName: push.agent.name,
    state: push.state,
    progress: push.progress as PullProgress | null,
    digest: push.digest,
    problem: push.problem,
    hint: push.hint,
    registryUser: push.registryUser,
    askedAt: push.askedAt.toISOString(),
    endedAt: push.endedAt?.toISOString() ?? null,
  }
}
