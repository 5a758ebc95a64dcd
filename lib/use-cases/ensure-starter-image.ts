// First run: the starter desktop appears in the launcher, once. A deleted or edited one is the administrator's business.

import { toColumns } from '@/lib/db/image-views'
import { lock } from '@/lib/db/locks'
import { newId } from '@/lib/domain/ids'
import { GiB, WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import type { Deps } from './deps'

const marker = 'starterImage'

export async function ensureStarterImage(
  { db, clock }: Deps,
  { reference }: { reference: string },
): Promise<{ id: string | null; created: boolean }> {
  return db.$transaction(async (tx) => {
    await lock(tx, 'administrators')
    if (await tx.setting.findUnique({ where: { key: marker } })) return { id: null, created: false }
    const id = newId()
    const fields = WorkspaceImageSpec.parse({
      name: 'Desktop',
      description:
        'A small XFCE desktop from Debian packages: a terminal, a file manager and an editor. Clone it to make your own.',
      reference,
      iconName: 'desktop',
      categories: ['Desktop'],
      cpuMillis: 1000,
      memoryBytes: 2 * GiB,
      shmBytes: GiB / 2,
    })
    await tx.workspaceImage.create({ data: { ...toColumns(fields), id, createdAt: clock.now() } })
    await tx.setting.create({ data: { key: marker, value: { imageId: id } } })
    return { id, created: true }
  })
}
