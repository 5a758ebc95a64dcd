import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { FactList } from '@/components/ui/fact-list'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes } from '@/lib/client/format'
import type { GpuTile } from '@/lib/domain/gpu-view'

export function GpuFactsCard({ gpu }: { gpu: GpuTile }) {
  const known = (text: string | null) => text ?? 'not known'
  return (
    <Card title="About it">
      <FactList
        facts={[
          {
            label: 'UUID',
            value: (
              <span className="flex items-center gap-1">
                <span className="font-mono text-xs [overflow-wrap:anywhere]">{gpu.uuid}</span>
                <CopyButton text={gpu.uuid} label="Copy the UUID" variant="ghost" />
              </span>
            ),
          },
          { label: 'Model', value: gpu.model },
          { label: 'Memory', value: formatBytes(gpu.memoryBytes) },
          ...(gpu.kind === 'mig'
            ? [
                { label: 'Slice', value: known(gpu.migProfile) },
                { label: 'Cut from', value: <span className="font-mono text-xs">{known(gpu.parentUuid)}</span> },
              ]
            : []),
          { label: 'Index on its host', value: gpu.index },
          { label: 'PCI address', value: <span className="font-mono text-xs">{known(gpu.pciAddress)}</span> },
          { label: 'Driver', value: known(gpu.driverVersion) },
          { label: 'Compute capability', value: known(gpu.computeCapability) },
          ...(gpu.missingSince ? [{ label: 'Missing', value: <RelativeTime time={gpu.missingSince} /> }] : []),
          ...(gpu.busyOutsideSince
            ? [{ label: 'Busy outside Berth since', value: <RelativeTime time={gpu.busyOutsideSince} /> }]
            : []),
        ]}
      />
    </Card>
  )
}
