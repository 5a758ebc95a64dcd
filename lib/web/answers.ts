// How the API answers: JSON that no cache keeps and no other site embeds.
import 'server-only'
import type { Failure } from '@/lib/domain/failure'
import { currentRequestId } from '@/lib/log'

const common = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}

export function answer(data: unknown, status: number): Response {
  if (status === 204 || data === undefined) return new Response(null, { status: 204, headers: common })
  return Response.json(data, { status, headers: common })
}

export function textAnswer(text: string, mediaType: string): Response {
  return new Response(text, { status: 200, headers: { ...common, 'content-type': mediaType } })
}

export function failureAnswer(
  { status, failure }: { status: number; failure: Failure },
  headers: Record<string, string> = {},
): Response {
  const requestId = currentRequestId()
  return Response.json(
    { error: requestId === null ? failure : { ...failure, requestId } },
    { status, headers: { ...common, ...headers } },
  )
}
