// berth image builds, berth image check, berth image pin, berth image unpin
import { DomainError } from '@/lib/domain/errors'
import { PinImage } from '@/lib/domain/workspace-image'
import { checkImage } from '@/lib/use-cases/check-image'
import type { Deps } from '@/lib/use-cases/deps'
import { getImage } from '@/lib/use-cases/get-image'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { pinImage } from '@/lib/use-cases/pin-image'
import { readOptions } from './usage-error'
import { withDeps } from './with-deps'

export async function listBuilds(args: string[]): Promise<void> {
  const [name = ''] = readOptions(args, {}, 1).positionals
  const { updates } = await withDeps(async (deps) => getImage(deps, operatorActor(), { imageId: await imageIdOf(deps, name) }))
  for (const { digest, firstSeenAt, agents, sessions } of updates.builds) {
    const marks = [
      digest === updates.pinnedDigest && 'pinned',
      digest === updates.current && 'current',
      digest === updates.previous && 'previous',
    ]
    const counts = [`${agents.length} agents`, `${sessions.length} sessions`]
    console.log([digest, firstSeenAt ?? '', marks.filter(Boolean).join(','), ...counts].join('\t'))
  }
}

/** For a pipeline, after a push. Fails where nothing can be said, so that it is noticed. */
export async function checkImageNow(args: string[]): Promise<void> {
  const [name = ''] = readOptions(args, {}, 1).positionals
  const check = await withDeps(async (deps) => checkImage(deps, operatorActor(), { imageId: await imageIdOf(deps, name) }))
  if (check.digest === null) {
    throw new DomainError('registry_refused', {
      message: check.problem ?? 'The registry gave no answer.',
      ...(check.hint === null ? {} : { hint: check.hint }),
    })
  }
  console.log(`${check.outcome}\t${check.digest}`)
}

export async function pinImageNow(args: string[]): Promise<void> {
  const [name = '', text] = readOptions(args, {}, 2).positionals
  await choose(name, PinImage.parse({ digest: text }).digest)
}

export async function unpinImageNow(args: string[]): Promise<void> {
  const [name = ''] = readOptions(args, {}, 1).positionals
  await choose(name, null)
}

async function choose(name: string, digest: string | null): Promise<void> {
  await withDeps(async (deps) => pinImage(deps, operatorActor(), { imageId: await imageIdOf(deps, name), digest }))
  console.log(digest === null ? `${name}: follows its tag.` : `${name}: pinned to ${digest}.`)
}

/** Names are not unique, ids are. */
async function imageIdOf({ db }: Deps, text: string): Promise<string> {
  const rows = await db.workspaceImage.findMany({ where: { OR: [{ id: text }, { name: text }] }, select: { id: true }, take: 2 })
  if (rows.length === 1 && rows[0]) return rows[0].id
  throw new DomainError('not_found', {
    message: rows.length === 0 ? `There is no workspace image "${text}".` : `More than one workspace image is named "${text}".`,
    hint: 'Give the id that stands in the address of its page.',
  })
}
