// Puts a session without a container back into the queue: resume from stopped, retry from failed or lost. Limits hold as for a launch.
import type { Tx } from '@/lib/db/client'
import { placeWaiting } from '@/lib/db/place-queue'
import { policiesOf } from '@/lib/db/session-spec'
import type { SessionDetailRow } from '@/lib/db/session-views'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import { normalReference } from '@/lib/domain/image-reference'
import type { SessionEventCode } from '@/lib/domain/session-events'
import type { Change } from './change-session'
import { claimGatewayPort } from './claim-gateway-port'
import type { Deps } from './deps'
import { assertWithinLimits } from './user-limits'

export async function requeue(deps: Deps, tx: Tx, row: SessionDetailRow, now: Date, event: SessionEventCode): Promise<Change> {
  // Ready sessions are replaced, never taken up again.
  if (row.userId === null) throw new DomainError('wrong_state', { message: 'A ready session is not started again.' })
  // "Every GPU" was turned into a number at the last placement; which number it is now is found again.
  const gpuCount = row.needsAllGpus ? 0 : row.gpuCount
  await assertWithinLimits(tx, row.userId, { cpuMillis: row.cpuMillis, memoryBytes: row.memoryBytes, gpus: gpuCount })
  return {
    data: {
      wanted: 'running',
      state: 'queued',
      spec: await withPinOfNow(tx, row),
      gpuCount,
      queuedAt: now,
      queuePosition: null,
      gatewayPort: (await currentPort(tx, row.id)) ?? (await claimGatewayPort(tx, deps.config)),
      credentialSealed: null,
      containerId: null,
      containerStartedAt: null,
      reachHost: null,
      reachPort: null,
      certPin: null,
      failureCode: null,
      failureParams: {},
      exitCode: null,
      logTail: null,
      reasons: [],
      attempts: 0,
      problem: null,
      nextTryAt: null,
      endsAt: null,
      gpuLostAt: null,
      endedAt: null,
    },
    event,
    after: async (inner) => {
      await placeWaiting(inner, now)
    },
  }
}

/** A stop and a start bring the build and the policies that a launch would bring now; all else stays as it was launched. */
export async function withPinOfNow(
  tx: Tx,
  { imageId, spec: stored }: Pick<SessionDetailRow, 'imageId' | 'spec'>,
): Promise<SessionSpec> {
  const select = { reference: true, pinnedDigest: true, clipboardPolicy: true, filePolicy: true }
  const image = imageId && (await tx.workspaceImage.findUnique({ where: { id: imageId }, select }))
  if (!image) return stored as SessionSpec
  const { clipboardPolicy: _clipboard, filePolicy: _files, ...rest } = stored as SessionSpec
  const spec = { ...rest, ...policiesOf(image) }
  if (normalReference(image.reference) !== normalReference(spec.reference)) return spec
  return { ...spec, pinnedDigest: image.pinnedDigest }
}

async function currentPort(tx: Tx, sessionId: string): Promise<number | null> {
  const row = await tx.session.findUnique({ where: { id: sessionId }, select: { gatewayPort: true } })
  return row?.gatewayPort ?? null
}
