// Why a session failed, in words for its owner and for administrators. Codes are stable; the controller writes them.
import type { FailureView } from './session'
import type { SessionEventParams } from './session-events'

export const failureCodes = [
  'unplaceable',
  'image_missing',
  'pull_failed',
  'container_refused',
  'exited',
  'no_answer',
  'wrong_credentials',
  'out_of_memory',
  'agent_gone',
] as const
export type FailureCode = (typeof failureCodes)[number]

type Words = { message: string; hint: string | null }

const words: Record<FailureCode, (params: SessionEventParams, reference: string) => Words> = {
  unplaceable: () => ({
    message: 'No agent could ever run this workspace.',
    hint: 'Below is what each agent lacks. An administrator can change the workspace or add an agent.',
  }),
  image_missing: (_params, reference) => ({
    message: `The image ${reference} is not on the agent and could not be fetched.`,
    hint: 'Check the reference, and whether the agent reaches its registry.',
  }),
  pull_failed: (params, reference) => ({
    message: `Fetching ${reference} failed${params.detailText ? `: ${params.detailText}` : '.'}`,
    hint: 'Check the reference and the registry, then try again.',
  }),
  container_refused: (params) => ({
    message: `Docker refused the container${params.detailText ? `: ${params.detailText}` : '.'}`,
    hint: 'An administrator should look at the Docker options of the workspace.',
  }),
  exited: (params) => ({
    message: typeof params.cause === 'string' ? params.cause : 'The container ended by itself.',
    hint: typeof params.hint === 'string' ? params.hint : 'Its last output is below.',
  }),
  no_answer: (params) => ({
    message: typeof params.cause === 'string' ? params.cause : 'The container runs, but no desktop answered on port 6901.',
    hint:
      typeof params.hint === 'string'
        ? params.hint
        : 'The image must serve KasmVNC, or something that keeps its contract, on port 6901.',
  }),
  wrong_credentials: () => ({
    message: 'The desktop does not take the password that it was started with.',
    hint: 'The image must use VNC_PW for the user kasm_user.',
  }),
  out_of_memory: () => ({ message: 'The container ran out of memory.', hint: 'Give the workspace more memory.' }),
  agent_gone: () => ({ message: 'Its agent was removed.', hint: null }),
}

type FailureFacts = {
  code: string
  params: SessionEventParams
  exitCode: number | null
  logTail: string | null
  reference: string
  isAdmin: boolean
}

export function describeFailure({ code, params, exitCode, logTail, reference }: FailureFacts): FailureView {
  const known = words[code as FailureCode] as ((params: SessionEventParams, reference: string) => Words) | undefined
  const { message, hint } = known?.(params, reference) ?? { message: `The session failed (${code}).`, hint: null }
  return { code, message, hint, exitCode, logTail }
}
