// Questions to Docker from a form: web processes hold no Docker credentials, so they ask by a row and any controller answers.
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AskedEndpoint } from '@/lib/domain/agent'
import type { AgentConnectionAnswer } from '@/lib/domain/agent-connection'
import type { Clock } from '@/lib/domain/clock'
import { DomainError } from '@/lib/domain/errors'
import { Id, newId } from '@/lib/domain/ids'
import { ImageReferenceText } from '@/lib/domain/image-reference'
import type { ImageCheck } from '@/lib/domain/image-updates-view'
import { RegistryLogin } from '@/lib/domain/registry-login'
import type { Keys } from '@/lib/secrets/keys'
import { open, seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import type { Db, Tx } from './client'
import { notify } from './notify'

export const QuestionInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('agent-connection'),
    endpoint: AskedEndpoint,
    /** Of an agent that is edited. */
    agentId: Id.optional(),
    /** Whether desktops will be reached is tried too: at this address, or at the endpoint's own. */
    desktops: z.strictObject({ publishAddress: z.union([z.ipv4(), z.ipv6()]).nullable() }).optional(),
  }),
  z.strictObject({ kind: z.literal('root-terminal'), sessionId: Id }),
  z.strictObject({ kind: z.literal('image-reference'), reference: ImageReferenceText, login: RegistryLogin.optional() }),
  z.strictObject({ kind: z.literal('image-tag'), reference: ImageReferenceText }),
])
export type QuestionInput = z.output<typeof QuestionInput>

export type ImageReferenceAnswer = {
  /** Agents that hold it. */
  present: { agentId: string; agentName: string }[]
  /** Null: nobody could be asked. */
  pullable: boolean | null
  problem: string | null
  hint: string | null
  /** Agents that lack it and may have no room for it: it takes as much as where it is, less what they have of it. */
  tight: { agentId: string; agentName: string; needBytes: number; roomBytes: number }[]
}
export type RootTerminalAnswer = { ok: true } | { ok: false; problem: string; hint: string | null }
type Answers = {
  'agent-connection': AgentConnectionAnswer
  'image-reference': ImageReferenceAnswer
  'image-tag': ImageCheck
  'root-terminal': RootTerminalAnswer
}
export type AnyAnswer = Answers[QuestionInput['kind']]

type Asking = { db: Db; keys: Keys; clock: Clock }
type Ask<K extends QuestionInput['kind']> = {
  input: Extract<QuestionInput, { kind: K }>
  askedById: string | null
  /** Only this agent; left out, any that is up. */
  agentId?: string
  timeoutMs?: number
}

/** Throws no_controller when nobody answers in time. */
export async function askQuestion<K extends QuestionInput['kind']>(
  { db, keys, clock }: Asking,
  { input, askedById, agentId, timeoutMs = 10_000 }: Ask<K>,
): Promise<Answers[K]> {
  const id = newId()
  const deadlineAt = new Date(clock.now().getTime() + timeoutMs)
  const inputSealed = seal(keys, sealContext.question(id), JSON.stringify(input))
  await db.$transaction(async (tx) => {
    await tx.question.create({ data: { id, kind: input.kind, agentId: agentId ?? null, askedById, inputSealed, deadlineAt } })
    await notify(tx, 'questions', id)
  })
  try {
    for (let waitMs = 30; clock.now() < deadlineAt; waitMs = Math.min(waitMs * 1.5, 250)) {
      await sleep(waitMs)
      const row = await db.question.findUnique({ where: { id }, select: { answer: true, answeredAt: true } })
      if (row?.answeredAt) return row.answer as Answers[K]
    }
  } finally {
    // The input may hold a private key: it goes as soon as nobody waits any more.
    await db.question.deleteMany({ where: { id } })
  }
  throw new DomainError('no_controller')
}

export type OpenQuestion = { id: string; agentId: string | null; input: QuestionInput; deadlineAt: Date }

/** One controller gets it. Null: it was taken, answered, withdrawn or is too late. */
export async function takeQuestion(tx: Tx, keys: Keys, id: string, now: Date): Promise<OpenQuestion | null> {
  const { count } = await tx.question.updateMany({
    where: { id, takenAt: null, answeredAt: null, deadlineAt: { gt: now } },
    data: { takenAt: now },
  })
  if (count === 0) return null
  const row = await tx.question.findUnique({ where: { id } })
  if (!row) return null
  const input = QuestionInput.parse(JSON.parse(open(keys, sealContext.question(id), row.inputSealed)))
  return { id, agentId: row.agentId, input, deadlineAt: row.deadlineAt }
}

export async function openQuestionIds(tx: Tx, now: Date): Promise<string[]> {
  const rows = await tx.question.findMany({ where: { takenAt: null, deadlineAt: { gt: now } }, select: { id: true }, take: 50 })
  return rows.map((row) => row.id)
}

export async function writeAnswer(tx: Tx, id: string, answer: AnyAnswer, now: Date): Promise<void> {
  await tx.question.updateMany({ where: { id }, data: { answer, answeredAt: now, inputSealed: '' } })
}
