// What the probe container prints, and how it is read. `df /` inside a container shows the engine's own filesystem on overlay2.
import type { ProbeResult, SeenGpu } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'

const mark = '--berth-gpus--'
const fields = 'index,uuid,name,memory.total,driver_version,pci.bus_id'

export const probeScript = [
  'df -kP / | tail -n 1',
  `echo ${mark}`,
  'if command -v nvidia-smi >/dev/null 2>&1; then',
  `  nvidia-smi --query-gpu=${fields} --format=csv,noheader,nounits 2>&1 || echo "problem: nvidia-smi ended with $?"`,
  'fi',
  'exit 0',
].join('\n')

const MiB = 1024 * 1024

export function fromProbeOutput(text: string): ProbeResult {
  const [disk = '', gpuText = ''] = text.split(mark)
  const columns = /\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%/.exec(disk)
  if (!columns)
    throw new DomainError('container_failed', { message: `The probe’s answer could not be read: ${disk.slice(0, 200)}` })
  const lines = gpuText.split('\n').flatMap((line) => line.trim() || [])
  const gpus = lines.flatMap((line) => toGpu(line) ?? [])
  const strange = lines.filter((line) => toGpu(line) === null)
  return {
    diskTotalBytes: Number(columns[1]) * 1024,
    diskFreeBytes: Number(columns[3]) * 1024,
    gpus,
    gpuProblem: strange.length > 0 ? strange.join(' ').slice(0, 500) : null,
  }
}

function toGpu(line: string): SeenGpu | null {
  const [index, uuid, model, memory, driver, pci] = line.split(',').map((part) => part.trim())
  if (!uuid?.startsWith('GPU-') || !model || !/^\d+$/.test(index ?? '')) return null
  return {
    uuid,
    index: Number(index),
    model,
    memoryBytes: /^\d+(\.\d+)?$/.test(memory ?? '') ? Number(memory) * MiB : null,
    driverVersion: driver || null,
    pciAddress: pci || null,
  }
}
