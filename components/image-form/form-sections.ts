// The order of the form and which field stands where: the navigation counts by it and a refusal scrolls to it.
import type { ImageField } from './image-form-values'

export const formSections = [
  {
    id: 'basics',
    title: 'What it is',
    fields: ['reference', 'name', 'description', 'iconName', 'iconId', 'categories'],
  },
  {
    id: 'resources',
    title: 'Resources',
    fields: [
      'cpuMillis',
      'memoryBytes',
      'shmBytes',
      'requireGpu',
      'gpuCount',
      'gpuCountMin',
      'gpuMemoryBytesMin',
      'gpuModelPattern',
      'gpuOptional',
    ],
  },
  { id: 'environment', title: 'Environment', fields: ['environment'] },
  { id: 'files', title: 'Home and volumes', fields: ['homePolicy', 'volumes'] },
  { id: 'exchange', title: 'Clipboard and files', fields: ['clipboardPolicy', 'filePolicy'] },
  { id: 'docker', title: 'Extra Docker options', fields: ['dockerOptions'] },
  {
    id: 'policy',
    title: 'Where, how long, for whom',
    fields: [
      'agentGroup',
      'timeLimitSeconds',
      'timeLimitExtendable',
      'readySessions',
      'readyByGroup',
      'readyGpus',
      'enabled',
      'hidden',
      'prefetch',
      'notes',
    ],
  },
] as const satisfies readonly { id: string; title: string; fields: readonly ImageField[] }[]

export type FormSectionId = (typeof formSections)[number]['id']

export function sectionTitle(id: FormSectionId): string {
  return formSections.find((section) => section.id === id)?.title ?? ''
}

/** How many of a section's fields are among these. */
export function countIn(id: FormSectionId, fields: readonly ImageField[]): number {
  const own: readonly ImageField[] = formSections.find((section) => section.id === id)?.fields ?? []
  return fields.filter((field) => own.includes(field)).length
}
