// What a change of a GPU does, said before it happens.
import type { GpuPatch, GpuTile } from '@/lib/domain/gpu-view'
import { sessionOf } from '@/lib/domain/session-owner'

export type RuleWords = { title: string; text: string; confirmLabel: string; tone: 'danger' | 'normal'; holders: string[] }

type Ruled = Pick<GpuTile, 'index' | 'model' | 'agent' | 'shares' | 'holders'>

export function ruleWords(gpu: Ruled, patch: GpuPatch): RuleWords {
  const name = `GPU ${gpu.index} of ${gpu.agent.name}`
  const holders = gpu.holders.map((holder) => sessionOf(holder.imageName, holder.owner))
  const words = (title: string, text: string, confirmLabel: string, tone: RuleWords['tone'] = 'normal'): RuleWords => ({
    title,
    text,
    confirmLabel,
    tone,
    holders: [],
  })
  if (patch.excluded === true) {
    const keeps = holders.length > 0 ? 'These sessions keep it until they end:' : 'Nobody holds it now.'
    const text = `No new session is given it, and sessions that wait may wait longer. ${keeps}`
    return { ...words(`Exclude ${name}?`, text, 'Exclude GPU'), holders }
  }
  if (patch.excluded === false)
    return words(`Hand out ${name} again?`, 'Whoever waits for such a GPU may be given it at once.', 'Hand it out')
  if (patch.allowBusyOutside === true) {
    const text =
      'Something that Berth did not start uses its memory. A session on it may run out of memory, be slow, or break what runs there.'
    return words(`Hand out ${name} although others use it?`, text, 'Hand it out', 'danger')
  }
  if (patch.allowBusyOutside === false)
    return words(`Leave ${name} alone while others use it?`, 'Who holds it keeps it.', 'Leave it alone')
  return sharesWords(gpu, name, patch.shares ?? gpu.shares)
}

function sharesWords(gpu: Ruled, name: string, shares: number): RuleWords {
  if (shares > 1) {
    const text =
      'There is no isolation between them: each session sees all of its memory, may fill it, and slows the others down. Whoever waits may be given a place at once.'
    return {
      title: `Share ${name} by ${shares} sessions?`,
      text,
      confirmLabel: `Share by ${shares}`,
      tone: 'danger',
      holders: [],
    }
  }
  return {
    title: `Give ${name} to one session at a time?`,
    text: 'It is refused while more than one session holds it.',
    confirmLabel: 'Stop sharing',
    tone: 'normal',
    holders: gpu.holders.length > 1 ? gpu.holders.map((holder) => sessionOf(holder.imageName, holder.owner)) : [],
  }
}
