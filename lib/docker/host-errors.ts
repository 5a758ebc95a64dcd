// What Docker, the network and TLS say, in our words: what happened, why, and what to do.
import { DomainError, type ErrorCode, isDomainError } from '@/lib/domain/errors'
import { DeadlineReached } from './deadline'
import { tlsError } from './tls-errors'

export type Verb = 'look' | 'create' | 'start' | 'change' | 'pull' | 'push' | 'check' | 'remove'

type Raw = { statusCode?: number; code?: string; message?: string; reason?: string; json?: { message?: string } | Buffer | null }

const network: Record<string, { message: string; hint: string }> = {
  ECONNREFUSED: { message: 'The agent refused the connection.', hint: 'Is Docker running there, and is the port right?' },
  ENOENT: { message: 'There is no Docker socket at that path.', hint: 'Check the path, and whether Docker is running.' },
  EACCES: {
    message: 'The portal may not open the Docker socket.',
    hint: 'Let the portal’s user join the group that owns the socket (this equals root on that machine).',
  },
  ENOTFOUND: { message: 'The name of the agent has no address.', hint: 'Check the spelling and the DNS.' },
  EAI_AGAIN: { message: 'The name of the agent could not be looked up.', hint: 'The name server did not answer: try again.' },
  EHOSTUNREACH: { message: 'There is no way to the agent’s address.', hint: 'Check the address, the network and firewalls.' },
  ENETUNREACH: { message: 'There is no way to the agent’s network.', hint: 'Check the address, the network and firewalls.' },
  ETIMEDOUT: { message: 'The agent did not answer.', hint: 'Check the address, the network and firewalls.' },
  ECONNRESET: {
    message: 'The agent closed the connection.',
    hint: 'Docker may be restarting, the port may speak something else, or the client certificate is not accepted.',
  },
  EPIPE: { message: 'The agent closed the connection.', hint: 'Docker may be restarting.' },
  ANSWER_TOO_LONG: {
    message: 'The agent answered with more than any Docker Engine has to say.',
    hint: 'Look at what answers there: a broken or taken-over host sends without end.',
  },
  EADDRNOTAVAIL: { message: 'The agent’s address cannot be used from here.', hint: 'Check the address.' },
}

const failed: Record<Verb, ErrorCode> = {
  look: 'agent_refused',
  create: 'container_failed',
  start: 'container_failed',
  change: 'agent_refused',
  remove: 'agent_refused',
  pull: 'registry_refused',
  push: 'registry_refused',
  check: 'registry_refused',
}

export function toHostError(cause: unknown, verb: Verb): unknown {
  if (isDomainError(cause)) return cause
  if (cause instanceof DeadlineReached) {
    return new DomainError('agent_timeout', {
      message: `The agent did not answer within ${Math.round(cause.afterMs / 1000)} seconds.`,
      hint: 'Check the network between the portal and the agent, and the load of the agent.',
      cause,
    })
  }
  // The caller gave up: that is its own business, not a fault of the agent.
  if (isAbort(cause)) return cause
  const raw = cause as Raw
  if (raw.statusCode === undefined) return fromConnection(raw, cause)
  return fromStatus(raw, verb, cause)
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ABORT_ERR'))
}

function fromConnection(raw: Raw, cause: unknown): DomainError {
  const text = `${raw.code ?? ''} ${raw.message ?? ''}`
  const ofTls = tlsError(text, cause)
  if (ofTls) return ofTls
  const words = network[raw.code ?? '']
  if (words) return new DomainError('agent_unreachable', { ...words, cause })
  return new DomainError('agent_unreachable', {
    message: `The agent does not answer (${raw.message ?? 'unknown error'}).`,
    cause,
  })
}

function fromStatus(raw: Raw, verb: Verb, cause: unknown): DomainError {
  const said = whatDockerSaid(raw)
  if (/client version .* is too (old|new)/i.test(said)) return new DomainError('agent_api_too_old', { cause })
  if (/client sent an HTTP request to an HTTPS server/i.test(said))
    return new DomainError('agent_tls', { message: 'The agent wants TLS on this port.', cause })
  if (/no space left on device|disk quota exceeded/i.test(said)) return new DomainError('disk_low', { cause })
  if (raw.statusCode === 404 && /no such image/i.test(said)) return new DomainError('image_missing', { cause })
  const code = failed[verb] === 'registry_refused' && silentRegistry.test(said) ? 'registry_unreachable' : failed[verb]
  return new DomainError(code, { message: said, ...hintFor(said, verb), detail: { statusCode: raw.statusCode }, cause })
}

/** Silence is not a no: another try may find it there again. */
const silentRegistry =
  /no such host|timeout|deadline exceeded|connection re(fused|set)|network is unreachable|no route to host|server misbehaving|\bEOF\b|received unexpected HTTP status: 5|too ?many ?requests/i

const hints: [RegExp, string][] = [
  [
    /could not select device driver/i,
    'The NVIDIA container toolkit is missing on this agent, or Docker does not know its runtime.',
  ],
  [/unknown device|device error|unresolvable CDI/i, 'A GPU that was handed out is not there any more: look at the agent’s GPUs.'],
  [/exec format error/i, 'The image was made for another processor architecture.'],
  [
    /cannot assign requested address/i,
    'The agent does not have the address at which its ports should be published: correct it in the agent’s settings.',
  ],
  [/executable file not found|no such file or directory/i, 'The entry point or command of the image does not exist in it.'],
  [/bind source path does not exist/i, 'The host directory does not exist on this agent.'],
  [/unauthorized|no basic auth|denied|authentication required/i, 'The registry wants a login, or the image does not exist.'],
  [/manifest unknown|repository .*not found|does not exist/i, 'Check the name and the tag.'],
  [
    /no such host|i\/o timeout|connection re(fused|set)|network is unreachable|no route to host|\bEOF\b/i,
    'The agent does not reach the registry.',
  ],
  [
    /server gave HTTP response to HTTPS client/i,
    'The registry speaks plain HTTP: list it under insecure-registries on the agent.',
  ],
]

function hintFor(said: string, verb: Verb): { hint?: string } {
  const found = hints.find(([pattern]) => pattern.test(said))
  if (found) return { hint: found[1] }
  return verb === 'create' || verb === 'start' ? { hint: 'Check the Docker options of the workspace.' } : {}
}

/** Docker's own sentence, without the library's wrapping and without a length that would flood a page. */
function whatDockerSaid(raw: Raw): string {
  const json = raw.json && !Buffer.isBuffer(raw.json) ? raw.json.message : undefined
  const text = json ?? (raw.message ?? 'unknown error').replace(/^\(HTTP code \d+\) [^-]*- /, '')
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 600)
}
