// Hosts that are being added by a line, as they leave the server: never the token.
import { enrolmentState, type HostEnrolmentView } from '@/lib/domain/host-enrolment'
import type { HostEnrolment } from './generated/client'

export function toEnrolmentView(row: HostEnrolment, now: Date): HostEnrolmentView {
  return {
    id: row.id,
    name: row.name,
    groups: row.groups,
    address: row.address,
    port: row.port,
    state: enrolmentState(row, now),
    createdBy: row.createdByName,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    problem: row.problem,
    hint: row.hint,
    agentId: row.agentId,
  }
}
