// What a workspace has that its parent has not, in words: for the marks beside the fields and the list before saving.
import { differingFields, type WorkspaceImageFields } from '@/lib/domain/workspace-image'
import { describeField, fieldLabels, optionWords, volumeWords } from './field-words'
import { type ImageField, type ImageForm, toSpec } from './image-form-values'

export type Difference = {
  field: ImageField
  label: string
  /** The parent's value in one line. */
  parent: string
  own: string
}

/** Of what stands in the form now, valid or not: half-typed values are compared as they are. */
export function differencesOf(form: ImageForm, parent: WorkspaceImageFields): Difference[] {
  const own = toSpec(form) as WorkspaceImageFields
  return differingFields(own, parent).map((field) => ({ field, label: fieldLabels[field], ...bothSides(field, own, parent) }))
}

function bothSides(field: ImageField, own: WorkspaceImageFields, parent: WorkspaceImageFields) {
  const there = inWords(field, parent)
  if (field === 'environment') return { own: changesOf(own.environment, parent.environment), parent: there }
  if (field === 'volumes')
    return { own: listChanges(own.volumes.map(volumeWords), parent.volumes.map(volumeWords)), parent: there }
  if (field === 'dockerOptions') return { own: changesOf(own.dockerOptions, parent.dockerOptions, optionWords), parent: there }
  return { own: inWords(field, own), parent: there }
}

/** In these nothing is a value of its own; elsewhere it is a field that somebody emptied. */
const mayBeNothing: ImageField[] = [
  'iconId',
  'agentGroup',
  'timeLimitSeconds',
  'gpuCountMin',
  'gpuMemoryBytesMin',
  'gpuModelPattern',
]

function inWords(field: ImageField, image: WorkspaceImageFields): string {
  const value = image[field]
  return value === null && !mayBeNothing.includes(field) ? 'empty' : describeField(field, value as never)
}

/** Names only: a value may be long, and may be one that nobody should read over a shoulder. */
function changesOf(own: object, parent: object, name: (key: string) => string = (key) => key): string {
  const [mine, theirs] = [new Map(Object.entries(own)), new Map(Object.entries(parent))]
  const added = [...mine.keys()].filter((key) => !theirs.has(key))
  const gone = [...theirs.keys()].filter((key) => !mine.has(key))
  const changed = [...mine].filter(([key, value]) => theirs.has(key) && JSON.stringify(value) !== JSON.stringify(theirs.get(key)))
  return sentence(
    added.map(name),
    gone.map(name),
    changed.map(([key]) => name(key)),
  )
}

function listChanges(own: string[], parent: string[]): string {
  const added = own.filter((item) => !parent.includes(item))
  const gone = parent.filter((item) => !own.includes(item))
  return sentence(added, gone, [])
}

function sentence(added: string[], gone: string[], changed: string[]): string {
  const parts = [
    added.length > 0 && `adds ${added.join(', ')}`,
    gone.length > 0 && `leaves out ${gone.join(', ')}`,
    changed.length > 0 && `changes ${changed.join(', ')}`,
  ]
  return parts.filter(Boolean).join('; ') || 'another order'
}

export function differsSentence(count: number, parentName: string): string {
  if (count === 0) return `Nothing differs from “${parentName}”.`
  return `${count} ${count === 1 ? 'field differs' : 'fields differ'} from “${parentName}”.`
}
