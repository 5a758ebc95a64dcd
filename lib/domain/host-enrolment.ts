// Adding a host by one line: what an administrator decides beforehand, and what the host may send.
import { z } from 'zod'
import { AgentName } from './agent'
import { DockerName } from './docker-names'
import { Id } from './ids'

export const enrolmentMinutes = 30
/** A host that got its certificate and then never became an agent must begin anew after this. */
export const registrationHours = 24
export const renewDaysBefore = 60
/** More than a certificate lasts, twice: every host that lives has taken the new CA along long before the former one ends. */
export const renewAuthorityDaysBefore = 800

/** A name or an address and nothing else: it goes into a certificate. */
export const HostAddress = z
  .string()
  .trim()
  .max(253)
  .refine(
    (text) => z.union([z.ipv4(), z.ipv6()]).safeParse(text).success || isHostName(text),
    'A host name or an IP address, without a port.',
  )

function isHostName(text: string): boolean {
  // What ends in digits would be read as an address by some programs.
  return /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(text)
}

export const HostEnrolmentCreate = z.strictObject({
  name: AgentName,
  groups: z.array(DockerName.max(60)).max(20).default([]),
  /** Where the portal reaches the host; null: where the host asks from. */
  address: HostAddress.nullable().default(null),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .refine((port) => port !== 2375, 'Port 2375 is known for Docker without TLS; take another one.')
    .default(2376),
})
export type HostEnrolmentCreate = z.output<typeof HostEnrolmentCreate>

export const EnrolmentRef = z.strictObject({ enrolmentId: Id })

/** `failed`: the portal could not connect back at the last try; the host may try again. */
export const enrolmentStates = ['waiting', 'configuring', 'failed', 'registered', 'expired', 'revoked'] as const
export type EnrolmentState = (typeof enrolmentStates)[number]

export type HostEnrolmentView = {
  id: string
  name: string
  groups: string[]
  address: string | null
  port: number
  state: EnrolmentState
  createdBy: string
  createdAt: string
  expiresAt: string
  problem: string | null
  hint: string | null
  agentId: string | null
}

/** The token is in the command; it is shown this once. */
export type CreatedHostEnrolment = { enrolment: HostEnrolmentView; command: string; onlyThisMachine: boolean }

const base64 = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'This must be base64 on one line.')

export const HostClaim = z.strictObject({
  token: z.string().regex(/^bht_[A-Za-z0-9_-]{43}$/, 'This is not a token of a host.'),
  request: base64(4096),
  /** By the host's clock. Scripts of former versions do not say it. */
  at: z.int().min(0).max(99_999_999_999).optional(),
})
export type HostClaim = z.output<typeof HostClaim>

const signed = { hostId: Id, at: z.int().min(0).max(99_999_999_999), signature: base64(512) }
export const HostSigned = z.strictObject(signed)
export type HostSigned = z.output<typeof HostSigned>
export const HostRenewal = z.strictObject({ ...signed, request: base64(4096) })
export type HostRenewal = z.output<typeof HostRenewal>

export type HostPurpose = 'registration' | 'renewal' | 'addresses'

/** What a host signs: one purpose, one host, one moment, one content. */
export function textToSign(purpose: HostPurpose, { hostId, at }: { hostId: string; at: number }, content = ''): string {
  return `berth:${purpose}:${hostId}:${at}:${content}`
}

type Moments = {
  revokedAt: Date | null
  registeredAt: Date | null
  claimedAt: Date | null
  expiresAt: Date
  problem: string | null
}

export function enrolmentState(row: Moments, now: Date): EnrolmentState {
  if (row.registeredAt) return 'registered'
  if (row.revokedAt) return 'revoked'
  if (row.claimedAt) {
    if (now.getTime() - row.claimedAt.getTime() > registrationHours * 3_600_000) return 'expired'
    return row.problem === null ? 'configuring' : 'failed'
  }
  return row.expiresAt <= now ? 'expired' : 'waiting'
}
