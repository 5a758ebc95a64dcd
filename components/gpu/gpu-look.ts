// What a GPU is doing, as a shape, a tone and words: the same in the dashboard, on its page and on its agent's.
import type { StateIcon } from '@/components/ui/state-pill'
import type { Tone } from '@/components/ui/tone'
import type { GpuFilter, GpuState } from '@/lib/domain/gpu-state'
import type { GpuTile } from '@/lib/domain/gpu-view'

export type GpuLook = { label: string; icon: StateIcon; tone: Tone }

const looks: Record<GpuState, GpuLook> = {
  free: { label: 'Free', icon: 'ok', tone: 'ok' },
  held: { label: 'Held', icon: 'running', tone: 'accent' },
  excluded: { label: 'Excluded', icon: 'stopped', tone: 'neutral' },
  missing: { label: 'Missing', icon: 'failed', tone: 'danger' },
  mig: { label: 'Cut into slices', icon: 'none', tone: 'neutral' },
  outside: { label: 'Busy outside Berth', icon: 'warning', tone: 'warn' },
  unreachable: { label: 'Agent unreachable', icon: 'disconnected', tone: 'danger' },
}

export function gpuLook(state: GpuState): GpuLook {
  return looks[state]
}

export const filterWords: Record<GpuFilter, string> = {
  free: 'Free',
  held: 'Held',
  idle: 'Held and idle',
  lost: 'Lost by its session',
  outside: 'Busy outside Berth',
  excluded: 'Excluded',
  mig: 'Cut into slices',
  missing: 'Missing',
  unreachable: 'Agent unreachable',
}

export type GpuBadge = { id: string; text: string; tone: Tone; hint: string }

type Marked = Pick<
  GpuTile,
  'kind' | 'migProfile' | 'shares' | 'holders' | 'excluded' | 'allowBusyOutside' | 'idleSince' | 'state'
> &
  Pick<GpuTile, 'busyOutsideSince'>

/** What is special about it, beside its state; the worst first. */
export function gpuBadges(gpu: Marked): GpuBadge[] {
  const badges: GpuBadge[] = []
  const add = (id: string, text: string, tone: Tone, hint: string) => badges.push({ id, text, tone, hint })
  if (gpu.holders.some((holder) => holder.lostAt !== null))
    add('lost', 'lost', 'danger', 'The container of its session no longer sees it. Its owner can restart the session.')
  if (gpu.idleSince !== null)
    add('idle', 'idle while held', 'warn', 'Its utilisation has been below 3 % for at least a quarter of an hour.')
  if (gpu.busyOutsideSince !== null && gpu.state !== 'outside')
    add('outside', 'busy outside Berth', 'warn', 'Its memory is used by something that no session of Berth explains.')
  if (gpu.excluded && gpu.state !== 'excluded') add('excluded', 'excluded', 'neutral', 'Nobody else is given it.')
  if (gpu.kind === 'mig')
    add('mig', gpu.migProfile ? `MIG ${gpu.migProfile}` : 'MIG slice', 'neutral', 'A slice of a larger GPU.')
  if (gpu.shares > 1)
    add('shared', `shared by ${gpu.shares}, no isolation`, 'warn', 'Sessions on it can fill its memory and slow each other down.')
  return badges
}

/** Enough of a UUID to tell two apart: "GPU-8f3a2c1d", "MIG-1b2c3d4e". */
export function shortUuid(uuid: string): string {
  return /^[A-Z]+-[^-]+/.exec(uuid)?.[0] ?? uuid.slice(0, 16)
}
