// Asks registries what their tags name now. An answer changes rows only; the agents fetch what they lack in their own rounds.
import { loadAgents } from '@/lib/db/agents-observed'
import { followTags, holdersOf, isProven, takeDueTags, writeTagAnswer } from '@/lib/db/image-tags'
import { loginsFor } from '@/lib/db/registry-logins'
import { readSettings } from '@/lib/db/settings'
import { pullBackOffMs } from '@/lib/domain/background-pulls'
import type { ContainerHost } from '@/lib/domain/container-host'
import { hasCode } from '@/lib/domain/errors'
import { answerOf, nextCheckMs, type RegistryAnswer } from '@/lib/domain/registry-answer'
import type { ControllerDeps } from './controller-deps'
import { eachLimited } from './each-limited'

const atOnce = 4
/** Long enough for every try of one round. */
const takenForMs = 120_000
const askForMs = 15_000
/** One that does not reach the registry says nothing about the others. */
const mostAgents = 3

export async function checkDueTags(deps: ControllerDeps): Promise<void> {
  const named = await followTags(deps.db)
  const { imageCheckHours } = await readSettings(deps.db)
  if (imageCheckHours === 0) return
  const now = deps.clock.now()
  const due = await takeDueTags(deps.db, { named, now, until: new Date(now.getTime() + takenForMs), most: atOnce })
  await eachLimited(atOnce, due, async (reference) => {
    await checkTag(deps, reference, AbortSignal.timeout(askForMs * mostAgents))
  })
}

export type TagCheck = {
  answer: RegistryAnswer
  /** The tag names another build than at the last check. */
  moved: boolean
}

export async function checkTag(deps: ControllerDeps, reference: string, signal: AbortSignal): Promise<TagCheck> {
  const { db, clock, log } = deps
  const answer = await believed(deps, reference, await ask(deps, reference, signal))
  const now = clock.now()
  const { imageCheckHours } = await readSettings(db)
  const next = (failures: number) =>
    imageCheckHours === 0 ? null : new Date(now.getTime() + waitMs(answer, imageCheckHours, failures))
  const moved = await writeTagAnswer(db, { reference, answer, now, next })
  if (moved) log.info({ reference, answer }, 'A tag names another build')
  else if (answer.kind === 'unknown') log.warn({ reference, problem: answer.problem }, 'What a tag names could not be found out')
  return { answer, moved }
}

/** Without an answer it is asked again sooner. */
function waitMs(answer: RegistryAnswer, everyHours: number, failures: number): number {
  const usual = nextCheckMs(everyHours, Math.random())
  return answer.kind === 'unknown' ? Math.min(usual, pullBackOffMs(failures, answer.refused)) : usual
}

async function ask(deps: ControllerDeps, reference: string, signal: AbortSignal): Promise<RegistryAnswer> {
  const agents = (await loadAgents(deps.db)).filter((agent) => agent.enabled && agent.status === 'up')
  const holders = await holdersOf(deps.db, reference)
  const nearest = agents.sort((a, b) => Number(holders.has(b.id)) - Number(holders.has(a.id))).slice(0, mostAgents)
  let last: RegistryAnswer = {
    kind: 'unknown',
    problem: 'No agent could be asked.',
    hint: 'See why none answers.',
    refused: false,
  }
  for (const agent of nearest) {
    last = await askThrough(deps, deps.hostOf(agent), reference, AbortSignal.any([signal, AbortSignal.timeout(askForMs)]))
    if (last.kind !== 'unknown' || last.refused || signal.aborted) return last
  }
  return last
}

/** Several workspace images may name one reference with logins of their own: whichever the registry takes will do. */
async function askThrough(
  deps: ControllerDeps,
  host: ContainerHost,
  reference: string,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  const logins = await loginsFor(deps.db, deps.keys, reference)
  let last: RegistryAnswer | null = null
  for (const login of logins.length > 0 ? logins : [undefined]) {
    try {
      return { kind: 'named', digest: (await host.checkPullable(reference, signal, login)).digest }
    } catch (error) {
      last = signal.aborted ? silent : answerOf(error)
      if (!hasCode(error, 'registry_refused') || last.kind === 'missing') return last
    }
  }
  return last ?? silent
}

const silent: RegistryAnswer = {
  kind: 'unknown',
  problem: 'There was no answer in time.',
  hint: 'Check the network between the agent and the registry.',
  refused: false,
}

/** Where nothing shows that the agents' image came from this registry, whoever owns the name there would decide what runs here. */
async function believed({ db }: ControllerDeps, reference: string, answer: RegistryAnswer): Promise<RegistryAnswer> {
  if (answer.kind !== 'named' || (await isProven(db, reference, answer.digest))) return answer
  return {
    kind: 'unknown',
    problem: 'The registry names a build that no agent has ever had from it, so it is not followed.',
    hint: 'If the name is yours, pull it on an agent once; otherwise give your own image another name.',
    refused: true,
  }
}
