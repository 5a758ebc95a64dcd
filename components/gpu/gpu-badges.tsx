import { Badge } from '@/components/ui/badge'
import { TriangleAlert } from '@/components/ui/icons'
import type { GpuTile } from '@/lib/domain/gpu-view'
import { gpuBadges } from './gpu-look'

export function GpuBadges({ gpu }: { gpu: GpuTile }) {
  const badges = gpuBadges(gpu)
  if (badges.length === 0) return null
  return (
    <ul aria-label="What is special about it" className="flex min-w-0 flex-wrap gap-1">
      {badges.map((badge) => (
        <li key={badge.id} title={badge.hint} className="min-w-0">
          <Badge
            tone={badge.tone}
            icon={badge.tone === 'warn' || badge.tone === 'danger' ? <TriangleAlert aria-hidden="true" /> : undefined}
          >
            {badge.text}
          </Badge>
        </li>
      ))}
    </ul>
  )
}
