// A mount namespace whose root is another Debian, for an engine of another generation. A plain chroot is not enough: the root of its mount namespace
// would stay the machine's, and what is started inside containers would look there. It lasts as long as its host, so that live-restore finds its
// mounts again.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '@/scripts/up/run-command.mjs'

const script = `
  root=$1 folder=$2
  mount --bind "$root" "$root"
  for place in proc sys dev; do mount --rbind "/$place" "$root/$place"; done
  mount -t tmpfs tmpfs "$root/run"
  mkdir -p "$root/.old"
  mount -t tmpfs tmpfs "$root/var/cache"
  mkdir -p "$root$folder"
  mount --rbind "$folder" "$root$folder"
  cp /etc/resolv.conf "$root/run/resolv.conf"
  mount --bind "$root/run/resolv.conf" "$root/etc/resolv.conf"
  cd "$root"
  pivot_root . .old
  umount -l /.old
`

/** The file by which programs enter it. */
export async function ensureRootNamespace(folder: string, root: string): Promise<string> {
  const place = join(folder, 'root')
  const file = join(place, 'mount-namespace')
  if (isMounted(file)) return file
  mkdirSync(place, { recursive: true, mode: 0o700 })
  // A namespace can be kept only on a mount that is shared with nobody.
  if (!isMounted(place)) {
    await runCommand('mount', ['--bind', place, place])
    await runCommand('mount', ['--make-private', place])
  }
  writeFileSync(file, '')
  await runCommand('unshare', [`--mount=${file}`, '--propagation', 'private', 'sh', '-euc', script, 'sh', root, folder])
  return file
}

function isMounted(path: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${path} `)
}
