// Bounds what an engine may answer. The library gathers an answer in memory before anybody sees it; a host that is broken or hostile could
// send without end, and the controller would die for all hosts.
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { inspect } from 'node:util'
import type Docker from 'dockerode'

/** Many times the longest list of a large host, and more than three log files of a container. */
export const mostAnswerBytes = 48 * 1024 * 1024

/** A refusal is a sentence. */
const mostRefusalBytes = 1024 * 1024

const isGathered = Symbol('is gathered')
type Marked = { [isGathered]?: boolean }
type Modem = { agent?: unknown; buildRequest(options: object, context: { isStream?: boolean }, ...rest: unknown[]): void }
type AddRequest = (request: ClientRequest, options: Marked) => void

export class AnswerTooLong extends Error {
  readonly code = 'ANSWER_TOO_LONG'
  constructor(mostBytes: number) {
    super(`an answer of more than ${mostBytes} bytes`)
    this.name = 'AnswerTooLong'
  }
}

/**
 * The library writes down every request in full, agent and signal with all that hangs on them, before it knows that nobody reads it: with one
 * agent for all requests that took longer than the request.
 */
const unsaid = () => 'a request'

/** Of a docker that was just made; its agent has every request from here on. */
export function boundAnswers(docker: Docker): void {
  const modem = docker.modem as unknown as Modem
  const agent = (modem.agent ?? new HttpAgent({ keepAlive: true })) as HttpAgent | HttpsAgent
  const addRequest = Reflect.get(agent, 'addRequest') as AddRequest
  Reflect.set(agent, 'addRequest', (request: ClientRequest, options: Marked) => {
    request.once('response', (answer: IncomingMessage) => {
      // What is streamed goes through hands that take no more than they hold; a refusal of a stream is gathered all the same.
      const isRefusal = (answer.statusCode ?? 0) >= 400
      if (options[isGathered] || isRefusal) boundAnswer(request, answer, isRefusal ? mostRefusalBytes : mostAnswerBytes)
    })
    addRequest.call(agent, request, options)
  })
  modem.agent = agent
  const build = modem.buildRequest
  modem.buildRequest = function (options, context, ...rest) {
    // Nor does an engine send anybody elsewhere: the library would follow it to any address, without this agent and its bound.
    const own = { maxRedirects: 0, [inspect.custom]: unsaid, ...(context.isStream ? {} : { [isGathered]: true }) }
    build.call(this, { ...options, ...own }, context, ...rest)
  }
}

function boundAnswer(request: ClientRequest, answer: IncomingMessage, mostBytes: number): void {
  let size = 0
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= mostBytes) return
    const error = new AnswerTooLong(mostBytes)
    // The library listens to the one or the other; without a listener an error would end the process.
    answer.on('error', () => {})
    answer.destroy(error)
    request.emit('error', error)
  })
}
