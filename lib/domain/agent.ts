// Agents: what an administrator says about a Docker Engine.
import { z } from 'zod'
import { AbsolutePath, DockerName } from './docker-names'
import { Id } from './ids'
import { isDeclarableBindPath } from './volume-mount'
import { GiB, MiB } from './workspace-image'

const pem = (what: string) => z.string().max(65_536).refine(looksLikePem, `Paste the ${what} as PEM text (-----BEGIN …).`)

/** Two looks and not one expression over both ends, which takes minutes for a long text of beginnings. */
function looksLikePem(text: string): boolean {
  const begin = text.search(/-----BEGIN [A-Z ]{1,40}-----/)
  return begin !== -1 && /-----END [A-Z ]{1,40}-----/.test(text.slice(begin))
}

export const AgentName = z
  .string()
  .trim()
  .regex(
    /^[a-zA-Z0-9](?:[a-zA-Z0-9 ._-]{0,61}[a-zA-Z0-9])?$/,
    'Letters, digits, space, dot, dash and underscore; 1 to 63 characters.',
  )

const Host = z
  .string()
  .trim()
  .regex(/^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9.:-]*[a-zA-Z0-9])?$/, 'A host name or an IP address.')
const Port = z.int().min(1).max(65_535)

const SocketEndpoint = z.strictObject({ kind: z.literal('socket'), socketPath: AbsolutePath })

const TcpEndpoint = z.strictObject({
  kind: z.literal('tcp'),
  host: Host,
  port: Port.default(2376),
  caPem: pem('CA certificate'),
  certPem: pem('client certificate'),
  /** Write-only: never returned. Left out in an edit, the stored key stays. */
  keyPem: pem('client key'),
  serverName: z.string().max(253).nullable().default(null),
})

const SshEndpoint = z.strictObject({
  kind: z.literal('ssh'),
  user: z
    .string()
    .trim()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_.-]{0,31}$/, 'A user name of the host.'),
  host: Host,
  port: Port.default(22),
  /** On the host. */
  socketPath: AbsolutePath.default('/var/run/docker.sock'),
  hostKey: z
    .string()
    .trim()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'The fingerprint of the host’s key, as ssh-keygen -lf shows it: SHA256:…'),
  /** Write-only: never returned. Null: the portal’s own. Left out in an edit, the stored one stays. */
  privateKey: pem('private key').nullable().default(null),
})

export const AgentEndpoint = z.discriminatedUnion('kind', [SocketEndpoint, TcpEndpoint, SshEndpoint])
export type AgentEndpoint = z.output<typeof AgentEndpoint>

export const BindPaths = z
  .array(AbsolutePath.refine(isDeclarableBindPath, 'This directory may not be given to containers.'))
  .max(50)

const fields = {
  name: AgentName,
  groups: z.array(DockerName.max(60)).max(20).default([]),
  enabled: z.boolean().default(true),
  cpuMillisOverride: z.int().min(100).max(4_096_000).nullable().default(null),
  memoryBytesOverride: z
    .int()
    .min(256 * MiB)
    .max(65_536 * GiB)
    .nullable()
    .default(null),
  /** Fewer than these are a diagnosis; null expects nothing. */
  gpusExpected: z.int().min(0, 'Not less than none.').max(64, 'At most 64.').nullable().default(null),
  bindPaths: BindPaths.default([]),
  /** The address at which published ports of this agent are reached; left out, the endpoint's host. */
  publishAddress: z.union([z.ipv4(), z.ipv6()]).nullable().default(null),
}

export const AgentCreate = z.strictObject({ ...fields, endpoint: AgentEndpoint })
export type AgentCreate = z.output<typeof AgentCreate>

const TcpPatch = z.strictObject({ ...TcpEndpoint.shape, keyPem: TcpEndpoint.shape.keyPem.optional() })
const SshPatch = z.strictObject({ ...SshEndpoint.shape, privateKey: SshEndpoint.shape.privateKey.removeDefault().optional() })
const AgentEndpointPatch = z.discriminatedUnion('kind', [SocketEndpoint, TcpPatch, SshPatch])

/** To be tried only: without a host key, the answer says which one the host shows. */
const AgentEndpointCheck = z.discriminatedUnion('kind', [
  SocketEndpoint,
  TcpPatch,
  z.strictObject({ ...SshPatch.shape, hostKey: SshEndpoint.shape.hostKey.nullable().default(null) }),
])

/** With an agent’s id, its stored key stands in for one that was left out, for its own host only. */
export const AgentCheck = z.strictObject({
  endpoint: AgentEndpointCheck,
  agentId: Id.optional(),
  publishAddress: fields.publishAddress,
})
export type AgentCheck = z.output<typeof AgentCheck>

/** What a controller is asked to try, complete with its keys. */
export const AskedEndpoint = z.discriminatedUnion('kind', [
  SocketEndpoint,
  TcpEndpoint,
  z.strictObject({
    ...SshEndpoint.shape,
    hostKey: SshEndpoint.shape.hostKey.nullable(),
    privateKey: pem('private key'),
  }),
])
export type AskedEndpoint = z.output<typeof AskedEndpoint>

export const AgentPatch = z.strictObject({
  name: AgentName.optional(),
  groups: fields.groups.removeDefault().optional(),
  enabled: z.boolean().optional(),
  cpuMillisOverride: fields.cpuMillisOverride.removeDefault().optional(),
  memoryBytesOverride: fields.memoryBytesOverride.removeDefault().optional(),
  gpusExpected: fields.gpusExpected.removeDefault().optional(),
  bindPaths: BindPaths.optional(),
  publishAddress: fields.publishAddress.removeDefault().optional(),
  endpoint: AgentEndpointPatch.optional(),
})
export type AgentPatch = z.output<typeof AgentPatch>

export const agentStatuses = ['new', 'up', 'unreachable'] as const
export type AgentStatus = (typeof agentStatuses)[number]

/** Below this no launch and no pull starts on an agent. */
export function isDiskLow(disk: { totalBytes: number | null; freeBytes: number | null }): boolean {
  if (disk.totalBytes === null || disk.freeBytes === null) return false
  return disk.freeBytes < 5 * GiB || disk.freeBytes < disk.totalBytes * 0.05
}

export const AgentRef = z.strictObject({ agentId: Id })
export type AgentRef = z.output<typeof AgentRef>
