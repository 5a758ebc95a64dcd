// The states of a GPU, in words that a browser needs too: no zod here, it would cost more than the page.

/** free · held (some or all slots) · excluded · missing · mig (handed out as slices only) · outside (used past Berth) · unreachable (its agent). */
export const gpuStates = ['free', 'held', 'excluded', 'missing', 'mig', 'outside', 'unreachable'] as const
export type GpuState = (typeof gpuStates)[number]

/** What a list can be narrowed to: a state, or what stands out among those that are held. */
export const gpuFilters = [...gpuStates, 'idle', 'lost'] as const
export type GpuFilter = (typeof gpuFilters)[number]
