// The homes of one person: what stays behind when he goes.
import type { Tx } from '@/lib/db/client'
import type { HomeView } from '@/lib/domain/user-view'

export async function homesOf(tx: Tx, userId: string): Promise<HomeView[]> {
  const homes = await tx.home.findMany({
    where: { userId },
    select: { id: true, volumeName: true, createdAt: true, image: { select: { name: true } }, agent: { select: { name: true } } },
    orderBy: { createdAt: 'asc' },
  })
  return homes.map((home) => ({
    id: home.id,
    imageName: home.image?.name ?? null,
    agentName: home.agent?.name ?? null,
    volumeName: home.volumeName,
    createdAt: home.createdAt.toISOString(),
  }))
}
