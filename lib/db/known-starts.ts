// Which start of a container shows which endpoint in Docker's lists: what one controller saw spares the next one a look at each container.
import type { KnownStart } from '@/lib/domain/container-host'
import type { Tx } from './client'
import type { SessionOnAgent } from './controller-sessions'

export function knownStarts(sessions: readonly SessionOnAgent[]): KnownStart[] {
  return sessions.flatMap(({ containerId, containerEndpoint: endpointId, containerStartedAt: startedAt }) =>
    containerId !== null && endpointId !== null && startedAt !== null ? [{ containerId, endpointId, startedAt }] : [],
  )
}

export type StartOfSession = KnownStart & { sessionId: string }

/** No change of a session: its version stays, so that nobody's click loses against it. A row that says another start by now is left alone. */
export async function writeEndpoints(tx: Tx, starts: readonly StartOfSession[]): Promise<void> {
  if (starts.length === 0) return
  await tx.$executeRaw`
    UPDATE "Session" s SET "containerEndpoint" = k."endpointId"
    FROM jsonb_to_recordset(${JSON.stringify(starts)}::jsonb)
      AS k("sessionId" text, "containerId" text, "endpointId" text, "startedAt" text)
    WHERE s.id = k."sessionId" AND s."containerId" = k."containerId" AND s."containerStartedAt" = k."startedAt"`
}
