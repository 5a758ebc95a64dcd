// The allow-list of extra Docker options of an image. What is not here cannot reach a container.
import { z } from 'zod'
import { AbsolutePath, DockerName } from './docker-names'

export const forbiddenCapabilities = ['SYS_ADMIN', 'SYS_MODULE', 'NET_ADMIN', 'MKNOD', 'ALL'] as const
const knownCapabilities = [
  'AUDIT_WRITE',
  'BLOCK_SUSPEND',
  'BPF',
  'CHECKPOINT_RESTORE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'IPC_LOCK',
  'IPC_OWNER',
  'KILL',
  'LEASE',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'PERFMON',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
  'SYS_NICE',
  'SYS_PTRACE',
  'SYS_RESOURCE',
  'SYS_TIME',
] as const
export const Capability = z.enum(knownCapabilities, {
  error: 'This capability is not known or not allowed (SYS_ADMIN, SYS_MODULE, NET_ADMIN and MKNOD never are).',
})

const hostLabel = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/,
    'This is not a host name.',
  )
const address = z.union([z.ipv4(), z.ipv6()], { error: 'This is not an IP address.' })

// Only sysctls that are namespaced and harmless to the host.
const safeSysctl =
  /^(net\.ipv4\.(ip_unprivileged_port_start|tcp_keepalive_time|tcp_keepalive_intvl|tcp_keepalive_probes|ip_local_port_range|tcp_syncookies|ping_group_range)|kernel\.(shm_rmid_forced|shmmax|shmall|shmmni|sem|msgmax|msgmnb|msgmni))$/

export const DockerOptions = z
  .strictObject({
    hostname: hostLabel.max(63).optional(),
    dns: z.array(address).max(3, 'At most three name servers.').optional(),
    extraHosts: z
      .array(z.strictObject({ name: hostLabel, address }))
      .max(50)
      .optional(),
    ulimits: z
      .array(
        z.strictObject({
          name: z.enum(['nofile', 'nproc', 'memlock', 'stack', 'core', 'fsize', 'rtprio', 'sigpending', 'msgqueue', 'nice']),
          soft: z.int().min(-1),
          hard: z.int().min(-1),
        }),
      )
      .max(20)
      .optional(),
    tmpfs: z
      .array(z.strictObject({ path: AbsolutePath, sizeBytes: z.int().min(1_048_576).max(1_099_511_627_776) }))
      .max(20)
      .optional(),
    sysctls: z.record(z.string().regex(safeSysctl, 'This kernel setting is not allowed.'), z.string().max(64)).optional(),
    groupAdd: z
      .array(z.string().regex(/^[a-z0-9_][a-z0-9_-]{0,31}$/i, 'This is not a group.'))
      .max(20)
      .optional(),
    devices: z
      .array(
        z
          .string()
          .regex(/^\/dev\/(dri|snd|input|video\d+|kvm|fuse|net\/tun|infiniband|kfd)(\/[\w-]+)?$/, 'This device is not allowed.'),
      )
      .max(20)
      .optional(),
    capAdd: z.array(Capability).max(20).optional(),
    user: z
      .string()
      .regex(/^[a-z0-9_][a-z0-9_-]{0,31}(:[a-z0-9_][a-z0-9_-]{0,31})?$/i, 'This is not a user.')
      .optional(),
    entrypoint: z.array(z.string().max(4096)).max(50).optional(),
    command: z.array(z.string().max(4096)).max(50).optional(),
    network: DockerName.refine(
      (name) => !['host', 'none'].includes(name) && !name.startsWith('container'),
      'Host, none and container networks are not allowed.',
    ).optional(),
    readOnlyRoot: z.boolean().optional(),
    pidsLimit: z.int().min(64).max(65_536).optional(),
  })
  .superRefine((options, context) => {
    for (const [index, limit] of (options.ulimits ?? []).entries()) {
      if (limit.hard !== -1 && (limit.soft === -1 || limit.soft > limit.hard)) {
        context.addIssue({ code: 'custom', message: 'The soft limit is above the hard one.', path: ['ulimits', index, 'soft'] })
      }
    }
  })
export type DockerOptions = z.output<typeof DockerOptions>

/** What an administrator must see by name before saving: each entry raises privilege above the default. */
export function raisedPrivileges(options: DockerOptions): string[] {
  const raised: string[] = []
  for (const capability of options.capAdd ?? []) raised.push(`Adds the capability ${capability}.`)
  for (const device of options.devices ?? []) raised.push(`Gives access to the host device ${device}.`)
  for (const group of options.groupAdd ?? []) raised.push(`Adds the user to the group ${group}.`)
  if (options.user && /^(root|0)(:|$)/.test(options.user)) raised.push('Runs as root inside the container.')
  if (options.network) raised.push(`Joins the network ${options.network}, where other containers may reach the desktop.`)
  return raised
}
