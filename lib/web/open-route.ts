// Handlers that answer anyone: health, the OpenAPI document, addresses that do not exist. They read nothing that was sent.
import 'server-only'
import { unstable_rethrow } from 'next/navigation'
import { DomainError } from '@/lib/domain/errors'
import type { Deps } from '@/lib/use-cases/deps'
import { answer, failureAnswer } from './answers'
import { deps } from './deps'
import type { Method } from './operation'
import { toFailure } from './to-failure'

type OpenRoute = { name: string; run: (call: { deps: Deps }) => Promise<unknown> }

/** Reading only: the other methods answer 405 like everywhere. */
export function openRoute(spec: OpenRoute): Record<Method, () => Promise<Response>> {
  async function GET(): Promise<Response> {
    try {
      return answer(await spec.run({ deps: deps() }), 200)
    } catch (error) {
      unstable_rethrow(error)
      return failureAnswer(toFailure(spec.name, error))
    }
  }
  const refuse = async () => failureAnswer(toFailure(spec.name, new DomainError('method_not_allowed')), { allow: 'GET' })
  return { GET, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse }
}

/** For addresses of the API that do not exist: the same answer as for things that do not. */
export async function unknownRoute(): Promise<Response> {
  return failureAnswer(toFailure('route', new DomainError('not_found', { message: 'The API has no such address.' })))
}
