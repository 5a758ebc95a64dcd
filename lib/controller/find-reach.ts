// Tries every way to a desktop at once, again and again, until one answers: quickly at first, because a person is waiting.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReachCandidate, ReachWay } from '@/lib/domain/reach'
import type { AskDesktop, DesktopAnswer } from './ask-desktop'

export type NoAnswer = Exclude<DesktopAnswer, { kind: 'answered' }>
export type ReachOutcome = { kind: 'reached'; candidate: ReachCandidate; pin: string } | { kind: 'not_yet'; last: NoAnswer }

type Options = {
  /** The likeliest first. */
  candidates: ReachCandidate[]
  /** So long only the first one is tried, which worked before. */
  headStartMs?: number
  password: string
  /** Known, or who is asked about what is seen on a way. */
  pin: string | ((fingerprint: string, way: ReachWay) => Promise<boolean>)
  ask: AskDesktop
  /** How long to go on in this call; the plan decides when it is too late for good. 0: one try. */
  forMs: number
  /** Ends the waiting when something about the session changed. */
  signal: AbortSignal
}

const attemptMs = 2_500

export async function findReach(options: Options): Promise<ReachOutcome> {
  const ended = new AbortController()
  const stop = () => ended.abort()
  const timer = options.forMs > 0 ? setTimeout(stop, options.forMs) : undefined
  options.signal.addEventListener('abort', stop, { once: true })
  if (options.signal.aborted) stop()
  try {
    const outcomes = await Promise.all(
      options.candidates.map(async (candidate, index) => {
        // Asking costs the machine something just when it is busy with starting the desktop.
        if (index > 0 && options.headStartMs) await pause(options.headStartMs, ended.signal)
        return follow(candidate, options, ended)
      }),
    )
    return outcomes.find((outcome) => outcome.kind === 'reached') ?? { kind: 'not_yet', last: mostTelling(outcomes) }
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', stop)
  }
}

/** The first that is answered ends the others. */
async function follow(candidate: ReachCandidate, options: Options, ended: AbortController): Promise<ReachOutcome> {
  const { password, pin: known, ask, forMs } = options
  const pin = typeof known === 'string' ? known : (seen: string) => known(seen, candidate.way)
  const question = { host: candidate.host, port: candidate.port, password, pin, timeoutMs: attemptMs }
  let last: NoAnswer = { kind: 'silent', why: 'unreachable' }
  for (let tries = 0; !ended.signal.aborted; tries++) {
    const answer = await ask(question, ended.signal)
    if (answer.kind === 'answered') {
      ended.abort()
      return { kind: 'reached', candidate, pin: answer.pin }
    }
    // An attempt that was broken off says nothing about the desktop.
    if (!ended.signal.aborted) last = answer
    if (forMs === 0) break
    await pause(pauseMs(tries, answer), ended.signal)
  }
  return { kind: 'not_yet', last }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

/** Ten milliseconds for the first two seconds, then slower: a desktop that is late is not helped by being asked more often. */
function pauseMs(tries: number, answer: NoAnswer): number {
  // A wrong password stays wrong, and asking on would lock us out.
  if (answer.kind === 'refused_password') return 2_000
  // Each time Docker is asked about it.
  if (answer.kind === 'foreign_certificate') return 500
  if (tries < 200) return 10
  return tries < 240 ? 100 : 500
}

const telling = ['foreign_certificate', 'refused_password', 'wrong_answer', 'not_https', 'nothing_listens', 'unreachable']

function mostTelling(outcomes: ReachOutcome[]): NoAnswer {
  const rank = (answer: NoAnswer) => telling.indexOf(answer.kind === 'silent' ? answer.why : answer.kind)
  const answers = outcomes.flatMap((outcome) => (outcome.kind === 'not_yet' ? [outcome.last] : []))
  return answers.sort((a, b) => rank(a) - rank(b))[0] ?? { kind: 'silent', why: 'unreachable' }
}
