// An image that does not fit on the disk of an agent, in numbers, because what to do about it depends on them.
import { roomBytes } from '@/lib/domain/disk-room'
import { DomainError } from '@/lib/domain/errors'
import { GiB, MiB } from '@/lib/domain/workspace-image'
import type { ActingAgent } from './controller-deps'

type Disk = { totalBytes: number | null; freeBytes: number | null }

export function diskOf({ row }: ActingAgent): Disk {
  return { totalBytes: row.diskTotalBytes, freeBytes: row.diskFreeBytes }
}

export function tooLarge(needBytes: number, disk: Disk): DomainError {
  const [needs, free, room] = [needBytes, disk.freeBytes ?? 0, roomBytes(disk) ?? 0].map(inWords)
  return new DomainError('image_too_large', {
    message: `The image does not fit on the disk of the agent: it takes ${needs}, and of the ${free} that are free ${room} may be used.`,
    hint: '5 GiB or 5 % of a disk stay free. Remove images or volumes that nobody needs there, or give it a larger disk.',
    detail: { needBytes },
  })
}

function inWords(bytes: number): string {
  const [unit, name] = bytes < GiB ? [MiB, 'MiB'] : [GiB, 'GiB']
  return `${Math.round((bytes / unit) * 10) / 10} ${name}`
}
