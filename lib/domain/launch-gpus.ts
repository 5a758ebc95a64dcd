// How many GPUs a launch asks for: what the workspace says, or what was chosen where it leaves a choice.
import { DomainError } from './errors'

type GpuWish = { requireGpu: boolean; gpuCount: number; gpuCountMin: number | null }

/** The sizes to choose from, smallest first; none where there is no choice. */
export function gpuChoices({ requireGpu, gpuCount, gpuCountMin }: GpuWish): number[] {
  if (!requireGpu || gpuCountMin === null || gpuCountMin >= gpuCount) return []
  return Array.from({ length: gpuCount - gpuCountMin + 1 }, (_, index) => gpuCountMin + index)
}

/** 0 for none, and for every GPU of one agent. Unchosen, the largest that this person may hold. */
export function launchGpus(image: GpuWish, chosen: number | undefined, mostOfUser: number): number {
  const choices = gpuChoices(image)
  const usual = image.requireGpu ? image.gpuCount : 0
  if (chosen === undefined) return choices.filter((count) => count <= mostOfUser).at(-1) ?? usual
  if (choices.includes(chosen) || (chosen === usual && image.requireGpu)) return chosen
  throw new DomainError('invalid_input', { fields: { gpuCount: whyNotChosen(image, choices) } })
}

function whyNotChosen({ requireGpu, gpuCount }: GpuWish, choices: number[]): string {
  if (!requireGpu) return 'This workspace uses no GPU.'
  if (choices.length > 0) return `Choose ${choices[0]} to ${choices.at(-1)} GPUs.`
  return gpuCount === 0 ? 'This workspace takes every GPU of one agent.' : `This workspace always takes ${gpuCount}.`
}
