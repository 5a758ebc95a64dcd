// Names and paths that reach Docker.
import { z } from 'zod'

export const DockerName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/, 'Letters, digits, dot, dash and underscore only, starting with a letter or digit.')

export const AbsolutePath = z
  .string()
  .max(1024)
  .regex(/^\/(?:(?![:,])\P{Cc})*$/u, 'An absolute path without colons, commas or control characters.')
  .refine(
    (path) => !path.split('/').includes('..') && !path.split('/').includes('.'),
    'The path must not contain "." or ".." parts.',
  )

const forbiddenTargets = [
  '/',
  '/proc',
  '/sys',
  '/dev',
  '/etc',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/boot',
  '/run',
  '/var/run',
  '/dockerstartup',
]

/** Where something may be mounted inside a container. */
export const MountTarget = AbsolutePath.refine((path) => {
  const plain = path.replace(/\/+$/, '') || '/'
  return !forbiddenTargets.some((root) => plain === root || (root !== '/' && plain.startsWith(`${root}/`) && root !== '/run'))
}, 'Nothing may be mounted there: choose a path such as /data or /home/kasm-user/work.')
