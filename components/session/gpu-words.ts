// GPUs in a few words: what is held wins over what was asked for.

/** "2 × NVIDIA L40S", "every GPU of one agent", "1 GPU"; null where none is needed. */
export function gpuWords(wanted: number | 'all', held: readonly { model: string }[] = []): string | null {
  if (held.length > 0) return heldWords(held)
  if (wanted === 'all') return 'Every GPU of one agent'
  if (wanted === 0) return null
  return wanted === 1 ? '1 GPU' : `${wanted} GPUs`
}

function heldWords(held: readonly { model: string }[]): string {
  const counts = new Map<string, number>()
  for (const { model } of held) counts.set(model, (counts.get(model) ?? 0) + 1)
  return [...counts].map(([model, count]) => (count === 1 ? model : `${count} × ${model}`)).join(', ')
}
