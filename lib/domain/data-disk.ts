// When the disk of the portal's own data directory asks for somebody. Pure.
import type { HealthFinding } from './health'

export type DataDisk = { path: string; freeBytes: number; totalBytes: number }

const MiB = 1024 ** 2
/** A small disk, or one in memory, is measured by its own size. */
const lowBelow = ({ totalBytes }: DataDisk) => Math.min(2048 * MiB, totalBytes / 10)
const nothingBelow = ({ totalBytes }: DataDisk) => Math.min(256 * MiB, totalBytes / 50)

/** Null: there is none, or it cannot be looked at. */
export function judgeDataDisk(disk: DataDisk | null, isDatabaseThere: boolean): HealthFinding[] {
  if (disk === null || disk.freeBytes >= lowBelow(disk)) return []
  const what = isDatabaseThere ? 'the database, exports and logs' : 'exports and logs'
  return [
    {
      code: 'portal_disk_low',
      severity: disk.freeBytes < nothingBelow(disk) ? 'error' : 'warning',
      text: `Only ${Math.floor(disk.freeBytes / MiB)} MiB are free in ${disk.path}, where the portal keeps ${what}.`,
      hint: 'Free space there, or move the directory to a larger disk. Old exports in backups/ may go.',
      href: null,
    },
  ]
}
