// What an event says of where it came from: the request that a person made leads from here to every line that the log has of it.
import type { SessionEventParams } from '@/lib/domain/session-events'
import { currentRequestId } from '@/lib/log'

export function withRequestId(params: SessionEventParams): SessionEventParams {
  const requestId = currentRequestId()
  return requestId === null ? params : { ...params, requestId }
}
