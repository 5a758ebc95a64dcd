// Requests that call a server action, looked at before Next decodes them: what its decoder does not expect, it answers with 500.
// Used by proxy.ts. The check of the Origin stands here as well as in action(), because Next's own one answers 500 too.
import { DomainError } from '@/lib/domain/errors'
import { currentRequestId } from '@/lib/log'

/** The limit that next.config.js gives Next; a larger body would be an exception there. */
const maxBytes = 6 * 1024 * 1024

/** Throws when it is no call that our own pages would make. */
export async function assertActionRequest(request: Request, ownOrigin: string): Promise<void> {
  // Only scripts call our actions. A form that posts by itself, ours before its script runs or a stranger's, is neither.
  if (!request.headers.has('next-action')) throw new DomainError('method_not_allowed')
  if (request.headers.get('origin') !== ownOrigin) {
    throw new DomainError('foreign_origin', { hint: `Open the portal at ${ownOrigin} and try again.` })
  }
  if (!/^text\/plain\b/i.test(request.headers.get('content-type') ?? '')) throw malformed()
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw new DomainError('too_large')
  assertPlainArguments(await readText(request))
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new DomainError('too_large')
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw malformed()
  }
}

// Text that begins with a dollar sign is React's own notation; text of people is sent with the sign doubled. These are plain values.
const plainNotation = /^\$(\$|undefined$|NaN$|-?Infinity$|-0$)/

function assertPlainArguments(text: string): void {
  const notations: string[] = []
  let call: unknown
  try {
    call = JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'string' && value.startsWith('$') && !plainNotation.test(value)) notations.push(value)
      return value
    })
  } catch {
    // Too deep for the walk above counts as well.
    throw malformed()
  }
  if (!Array.isArray(call) || !notations.every((notation) => pointsInto(call, notation))) throw malformed()
}

/** `$0:0:volumes`: an object that stands in the call twice is written once and pointed at. */
function pointsInto(call: unknown, notation: string): boolean {
  const [root, ...path] = notation.slice(1).split(':')
  let at = call
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false
    at = (at as Record<string, unknown>)[key]
  }
  return root === '0' && path.length > 0 && typeof at === 'object' && at !== null
}

function malformed(): DomainError {
  return new DomainError('malformed_request', { hint: 'Reload the page and try again.' })
}

/** For errors of our own; anything else is a mistake of ours and goes on. */
export function refusal(error: unknown): Response {
  if (!(error instanceof DomainError)) throw error
  const { code, message, hint, status } = error
  return Response.json(
    { error: { code, message, hint, requestId: currentRequestId() ?? undefined } },
    { status, headers: { 'cache-control': 'no-store' } },
  )
}
