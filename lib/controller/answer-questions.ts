// Answers what forms ask of Docker. The asker waits seconds, so each look has less time than that.
import { type AgentRow, findAgent, loadAgents } from '@/lib/db/agents-observed'
import { findControlled } from '@/lib/db/controller-sessions'
import { followTags } from '@/lib/db/image-tags'
import {
  type AnyAnswer,
  type ImageReferenceAnswer,
  type OpenQuestion,
  openQuestionIds,
  type QuestionInput,
  type RootTerminalAnswer,
  takeQuestion,
  writeAnswer,
} from '@/lib/db/questions'
import type { AgentConnectionAnswer, SeenHostKey } from '@/lib/domain/agent-connection'
import type { ContainerHost, PublishedReach } from '@/lib/domain/container-host'
import { roomBytes } from '@/lib/domain/disk-room'
import { hasCode, isDomainError } from '@/lib/domain/errors'
import type { SeenImage } from '@/lib/domain/image-host'
import { isMadeHere, normalReference } from '@/lib/domain/image-reference'
import type { ImageCheck } from '@/lib/domain/image-updates-view'
import { checkTag } from './check-tags'
import type { ControllerDeps } from './controller-deps'
import { assertNoOtherAgent } from './host-identity'
import { publishTo } from './publish-to'

const answerWithinMs = 8_000

export async function answerOpenQuestions(deps: ControllerDeps): Promise<void> {
  const ids = await openQuestionIds(deps.db, deps.clock.now())
  await Promise.all(ids.map((id) => answerQuestion(deps, id)))
}

export async function answerQuestion(deps: ControllerDeps, id: string): Promise<void> {
  const question = await takeQuestion(deps.db, deps.keys, id, deps.clock.now())
  if (!question) return
  const timeLeftMs = question.deadlineAt.getTime() - deps.clock.now().getTime() - 500
  const signal = AbortSignal.timeout(Math.max(500, Math.min(answerWithinMs, timeLeftMs)))
  await writeAnswer(deps.db, id, await answer(deps, question, signal), deps.clock.now())
}

function answer(deps: ControllerDeps, question: OpenQuestion, signal: AbortSignal): Promise<AnyAnswer> {
  const { input } = question
  if (input.kind === 'root-terminal') return openTerminal(deps, input.sessionId, signal)
  if (input.kind === 'agent-connection') return tryConnection(deps, input, signal)
  if (input.kind === 'image-tag') return tryTag(deps, input.reference, signal)
  return tryReference(deps, input, question.agentId, signal)
}

/** Not only told, but also gone by from then on. */
async function tryTag(deps: ControllerDeps, reference: string, signal: AbortSignal): Promise<ImageCheck> {
  await followTags(deps.db)
  const { answer: said, moved } = await checkTag(deps, reference, signal)
  if (said.kind === 'named') return { outcome: moved ? 'moved' : 'same', digest: said.digest, problem: null, hint: null }
  return { outcome: said.kind, digest: null, problem: said.problem, hint: said.hint }
}

type Connection = Extract<QuestionInput, { kind: 'agent-connection' }>

async function tryConnection(
  deps: ControllerDeps,
  { endpoint, agentId, desktops }: Connection,
  signal: AbortSignal,
): Promise<AgentConnectionAnswer> {
  try {
    const host = deps.openHost(endpoint, deps.installId)
    const facts = await host.facts(signal)
    await assertNoOtherAgent(deps, host, agentId ?? null, signal)
    return { ok: true, facts, desktops: desktops ? await tryDesktops(host, endpoint, desktops.publishAddress, signal) : null }
  } catch (error) {
    return { ok: false, ...inWords(error, signal), hostKey: seenHostKey(error) }
  }
}

/** The way to desktops is another than the way to Docker. That it could not be tried is no fault of the connection. */
async function tryDesktops(
  host: ContainerHost,
  endpoint: Connection['endpoint'],
  publishAddress: string | null,
  signal: AbortSignal,
): Promise<{ address: string; reach: PublishedReach } | null> {
  if (endpoint.kind === 'socket') return null
  const address = await publishTo({ kind: 'tcp', host: endpoint.host, publishAddress })
  return { address, reach: await host.tryPublished(address, signal).catch(() => 'unknown' as const) }
}

function seenHostKey(error: unknown): SeenHostKey | null {
  return isDomainError(error) ? ((error.detail?.seenHostKey as SeenHostKey | undefined) ?? null) : null
}

/** Looked at again here: what is typed into a question is no proof that the session is one for authoring. */
async function openTerminal(deps: ControllerDeps, sessionId: string, signal: AbortSignal): Promise<RootTerminalAnswer> {
  const session = await findControlled(deps.db, sessionId)
  const isOpen = session?.authoring && session.state === 'running' && session.wanted === 'running' && !session.saving
  const agent = isOpen && session.agentId ? await findAgent(deps.db, session.agentId) : null
  if (!agent) return { ok: false, problem: 'The desktop is not running.', hint: null }
  try {
    await deps.hostOf(agent).openRootTerminal(sessionId, signal)
    return { ok: true }
  } catch (error) {
    return { ok: false, ...inWords(error, signal) }
  }
}

async function tryReference(
  deps: ControllerDeps,
  { reference: text, login }: Extract<QuestionInput, { kind: 'image-reference' }>,
  onlyAgentId: string | null,
  signal: AbortSignal,
): Promise<ImageReferenceAnswer> {
  const reference = normalReference(text)
  const agents = (await loadAgents(deps.db)).filter(
    (agent) => agent.enabled && (onlyAgentId === null || agent.id === onlyAgentId),
  )
  const looks = await Promise.allSettled(
    agents.map(async (agent) => ({ agent, image: await deps.hostOf(agent).findImage(reference, signal) })),
  )
  const answered = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []))
  const present = answered.flatMap(({ agent, image }) => (image ? [{ agentId: agent.id, agentName: agent.name }] : []))
  const [asker] = answered
  if (!asker)
    return {
      present,
      tight: [],
      pullable: null,
      problem: 'No agent could be asked.',
      hint: 'Add an agent, or see why none answers.',
    }
  const tight = withoutRoom(answered)
  if (isMadeHere(reference)) {
    const hint = 'Names that begin with berth/ are of images that are made on an agent, and no registry is asked for them.'
    return { present, tight, pullable: present.length > 0 ? null : false, problem: null, hint }
  }
  try {
    await deps.hostOf(asker.agent).checkPullable(reference, signal, login)
    return { present, tight, pullable: true, problem: null, hint: null }
  } catch (error) {
    // Silence is not a no: only the registry's own word is.
    return { present, tight, pullable: hasCode(error, 'registry_refused') ? false : null, ...inWords(error, signal) }
  }
}

/** How large it is is known where an agent has it. */
function withoutRoom(looks: { agent: AgentRow; image: SeenImage | null }[]): ImageReferenceAnswer['tight'] {
  const sizes = looks.flatMap(({ image }) => (image ? [image.sizeBytes] : []))
  if (sizes.length === 0) return []
  const needBytes = Math.max(...sizes)
  return looks.flatMap(({ agent, image }) => {
    const room = image ? null : roomBytes({ totalBytes: agent.diskTotalBytes, freeBytes: agent.diskFreeBytes })
    return room === null || room >= needBytes ? [] : [{ agentId: agent.id, agentName: agent.name, needBytes, roomBytes: room }]
  })
}

function inWords(error: unknown, signal: AbortSignal): { problem: string; hint: string | null } {
  if (isDomainError(error)) return { problem: error.message, hint: error.hint ?? null }
  if (signal.aborted) return { problem: 'There was no answer in time.', hint: 'Check the address, the network and firewalls.' }
  throw error
}
