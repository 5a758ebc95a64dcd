// A small disk for one simulated host: a file with a filesystem in it, in the place of the engine's data folder. The file is sparse: it takes
// what is written to it, and fallocate can fill it up without writing anything.
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '@/scripts/up/run-command.mjs'

/** Below `folder`, so that it is unmounted and removed with everything else of the host; its loop device goes with the mount. */
export async function mountDisk(folder: string, bytes: number): Promise<void> {
  const file = join(folder, 'disk.ext4')
  const data = join(folder, 'data')
  writeFileSync(file, '')
  truncateSync(file, bytes)
  // Nothing is kept back for root, or less would be free than the filesystem says.
  await runCommand('mkfs.ext4', ['-q', '-m', '0', '-O', '^has_journal', file])
  mkdirSync(data, { mode: 0o711 })
  await runCommand('mount', ['-o', 'loop', file, data])
}

/** Leaves so many bytes free. */
export async function fillDisk(folder: string, freeBytes: number): Promise<void> {
  const data = join(folder, 'data')
  const filler = join(data, 'filler')
  rmSync(filler, { force: true })
  const free = Number((await runCommand('df', ['--output=avail', '-B1', data])).split('\n')[1])
  if (free > freeBytes) await runCommand('fallocate', ['-l', String(free - freeBytes), filler])
}
