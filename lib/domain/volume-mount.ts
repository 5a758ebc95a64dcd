// Extra volumes of an image: named volumes, or directories that an administrator declared on the agent.
import { z } from 'zod'
import { AbsolutePath, DockerName, MountTarget } from './docker-names'

export const VolumeMount = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('volume'),
    name: DockerName,
    target: MountTarget,
    readOnly: z.boolean().default(false),
    perUser: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('bind'), source: AbsolutePath, target: MountTarget, readOnly: z.boolean().default(true) }),
])
export type VolumeMount = z.output<typeof VolumeMount>

export const VolumeMounts = z
  .array(VolumeMount)
  .max(20, 'At most 20 volumes.')
  .superRefine((mounts, context) => {
    const seen = new Set<string>()
    for (const [index, mount] of mounts.entries()) {
      const plain = mount.target.replace(/\/+$/, '')
      if (seen.has(plain))
        context.addIssue({ code: 'custom', message: 'Two volumes have the same target.', path: [index, 'target'] })
      seen.add(plain)
    }
  })

const neverBound = [
  '/',
  '/etc',
  '/proc',
  '/sys',
  '/dev',
  '/boot',
  '/root',
  '/run',
  '/var/run',
  '/var/lib/docker',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/var/lib/berth',
]

/** Whether an administrator may declare this host directory at all. */
export function isDeclarableBindPath(path: string): boolean {
  const plain = path.replace(/\/+$/, '') || '/'
  if (!AbsolutePath.safeParse(path).success || plain === '/') return false
  return !neverBound.some((root) => root !== '/' && (plain === root || plain.startsWith(`${root}/`)))
}

/** Whether a bind's source is one of the declared directories or lies below one. */
export function isDeclared(source: string, declared: readonly string[]): boolean {
  const plain = source.replace(/\/+$/, '')
  return declared.some((path) => {
    const root = path.replace(/\/+$/, '')
    return plain === root || plain.startsWith(`${root}/`)
  })
}
