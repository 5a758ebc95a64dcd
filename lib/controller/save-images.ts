// Makes images of authoring sessions: step by step, each written down before the next, so that another controller can go on. What
// goes wrong leaves the container as it is; it is started again, and the work in it is there.
import { addAgentImage } from '@/lib/db/agents-observed'
import { findControlled } from '@/lib/db/controller-sessions'
import { changeSave, changeSaveIn, type ImageSaveRow, insertSavedImage, savesToDo } from '@/lib/db/image-saves'
import { holdsLease } from '@/lib/db/leases'
import { isAgentFault } from '@/lib/domain/agent-faults'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import { shortName, summarizeDiff } from '@/lib/domain/image-diff'
import { normalReference } from '@/lib/domain/image-reference'
import type { SaveReport } from '@/lib/domain/image-save'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import type { ActingAgent, ControllerDeps } from './controller-deps'

/** The engine may be away for a while; what it refuses itself is not tried again. */
const mostAttempts = 20
const shownRemoved = 100

export async function saveImages(deps: ControllerDeps, acting: ActingAgent, signal: AbortSignal): Promise<void> {
  for (const row of await savesToDo(deps.db, acting.row.id)) {
    if (signal.aborted || !(await holdsLease(deps.db, acting.lease))) return
    await saveOne({ deps, acting, signal }, row)
  }
}

type Context = { deps: ControllerDeps; acting: ActingAgent; signal: AbortSignal }

async function saveOne(context: Context, row: ImageSaveRow): Promise<void> {
  const { deps, signal } = context
  try {
    const session = await findControlled(deps.db, row.sessionId)
    const isThere =
      session?.agentId === row.agentId && ['running', 'paused'].includes(session.state) && session.wanted !== 'deleted'
    if (!isThere) await end(deps, row, { problem: 'The session ended meanwhile.', hint: null })
    else if (row.state === 'preparing') await prepare(context, row)
    else if (row.state === 'committing') await commit(context, row, session.imageId)
    else await takeBack(context, row)
  } catch (error) {
    if (signal.aborted) return
    await failed(context, row, error)
  }
}

async function prepare({ deps, acting, signal }: Context, row: ImageSaveRow): Promise<void> {
  const { host } = acting
  let current = row
  if (row.cleanedAt === null) {
    const session = await findControlled(deps.db, row.sessionId)
    const seen = await host.find(row.sessionId, signal)
    if (!session?.credentialSealed || !seen)
      throw new DomainError('container_failed', { message: 'The container of the session is gone.' })
    if (seen.state === 'paused') await host.ensureUnpaused(row.sessionId, signal)
    else if (seen.state === 'exited') await host.ensureStarted(row.sessionId, signal)
    const secret = open(deps.keys, sealContext.credential(session.id), session.credentialSealed)
    const { removed, leaks } = await host.cleanForImage(row.sessionId, secret, signal)
    if (leaks.length > 0) throw leaked(leaks)
    const report: Partial<SaveReport> = {
      removed: removed.slice(0, shownRemoved).map(shortName),
      moreRemoved: Math.max(0, removed.length - shownRemoved),
    }
    if (!(await changeSave(deps.db, row, { data: { cleanedAt: deps.clock.now(), report, attempts: 0 } }, deps.clock.now())))
      return
    current = { ...row, version: row.version + 1, cleanedAt: deps.clock.now(), report: report as ImageSaveRow['report'] }
  }
  // Frozen, it would take no signal; what had to be written is written.
  await host.ensureStopped(row.sessionId, 1, signal)
  const { changes, sizeBytes } = await host.changesOf(row.sessionId, signal)
  const report = { ...(current.report as object), sizeBytes, diff: summarizeDiff(changes) }
  const change = { data: { state: 'ready' as const, report, attempts: 0 }, event: { code: 'save_ready' as const } }
  await changeSave(deps.db, current, change, deps.clock.now())
}

function leaked(paths: string[]): DomainError {
  const shown = paths.slice(0, 5).map(shortName).join(', ')
  return new DomainError('container_failed', {
    message: `The session’s password stands in ${shown}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}.`,
    hint: 'Delete it there and save again: whoever uses the image would find it.',
  })
}

async function commit({ deps, acting, signal }: Context, row: ImageSaveRow, parentId: string | null): Promise<void> {
  const reference = row.reference ?? ''
  const image = await acting.host.commitImage(row.sessionId, reference, signal)
  const now = deps.clock.now()
  await addAgentImage(deps.db, row.agentId, reference, image, now)
  const made = await deps.db.$transaction(async (tx) => {
    const saved = parentId && (await insertSavedImage(tx, { save: row, parentId, reference: normalReference(reference), now }))
    if (!saved) throw new DomainError('container_failed', { message: 'The workspace image that it came from was deleted.' })
    const change = {
      data: { state: 'done' as const, imageId: saved.id },
      event: { code: 'saved' as const, params: { name: saved.name } },
    }
    if (!(await changeSaveIn(tx, row, { ...change, wake: 'session' }, now))) throw new DomainError('conflict')
    // What was in it is in the image.
    await tx.session.update({ where: { id: row.sessionId }, data: { wanted: 'deleted', version: { increment: 1 } } })
    return saved
  })
  deps.log.info({ agent: acting.row.name, session: row.sessionId, image: made.id, reference }, 'Saved a session as an image')
}

/** Stopped first: a frozen desktop would not come back by itself. Then the plan finds an ended container, and starts it. */
async function takeBack({ deps, acting, signal }: Context, row: ImageSaveRow): Promise<void> {
  await acting.host.ensureStopped(row.sessionId, 1, signal)
  const change = { data: { state: 'canceled' as const }, event: { code: 'save_canceled' as const }, wake: 'session' as const }
  await changeSave(deps.db, row, change, deps.clock.now())
}

async function failed({ deps, acting, signal }: Context, row: ImageSaveRow, error: unknown): Promise<void> {
  // A second try has a newer row: what this one knew is old.
  const current = await deps.db.imageSave.findUnique({ where: { id: row.id } })
  if (!current || current.state !== row.state) return
  deps.log.warn({ err: error, agent: acting.row.name, session: row.sessionId, save: row.id }, 'A session could not be saved')
  const isPassing = !isDomainError(error) || isAgentFault(error) || error.code === 'agent_refused'
  if (isPassing && current.attempts + 1 < mostAttempts) {
    await changeSave(deps.db, current, { data: { attempts: { increment: 1 } } }, deps.clock.now())
    return
  }
  await acting.host.ensureStopped(row.sessionId, 1, signal).catch(() => undefined)
  const message = isDomainError(error) ? error.message : 'Something went wrong inside the portal.'
  await end(deps, current, { problem: message, hint: (isDomainError(error) && error.hint) || null })
}

async function end(deps: ControllerDeps, row: ImageSaveRow, why: { problem: string; hint: string | null }): Promise<void> {
  const change = {
    data: { state: 'failed' as const, ...why },
    event: { code: 'save_failed' as const, params: { message: why.problem } },
  }
  await changeSave(deps.db, row, { ...change, wake: 'session' }, deps.clock.now())
}
