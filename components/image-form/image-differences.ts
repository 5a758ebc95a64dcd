// What a workspace has that its parent has not, in words: for the marks beside the fields and the list before saving.
import { differingFields, type WorkspaceImageFields } from '@/lib/domain/workspace-image'
import { describeField, fieldLabels, optionsSet, volumeWords } from './field-words'
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
  if (field === 'environment') return recordSides(own.environment, parent.environment)
  if (field === 'volumes') return listSides(own.volumes.map(volumeWords), parent.volumes.map(volumeWords))
  if (field === 'dockerOptions') return optionSides(own, parent)
  return { own: inWords(field, own), parent: inWords(field, parent) }
}

function inWords(field: ImageField, image: WorkspaceImageFields): string {
  const value = image[field]
  return value === null && !['iconId', 'agentGroup', 'timeLimitSeconds'].includes(field)
    ? 'empty'
    : describeField(field, value as never)
}

function recordSides(own: Record<string, string>, parent: Record<string, string>) {
  const changed = Object.keys(own).filter((name) => name in parent && own[name] !== parent[name])
  return sides(lacking(own, parent), lacking(parent, own), changed)
}

function listSides(own: string[], parent: string[]) {
  return sides(
    own.filter((item) => !parent.includes(item)),
    parent.filter((item) => !own.includes(item)),
    [],
  )
}

function optionSides(own: WorkspaceImageFields, parent: WorkspaceImageFields) {
  const [ownSet, parentSet] = [optionsSet(own.dockerOptions), optionsSet(parent.dockerOptions)]
  const added = ownSet.filter((name) => !parentSet.includes(name))
  const gone = parentSet.filter((name) => !ownSet.includes(name))
  const rest = added.length + gone.length === 0 ? ownSet : []
  return sides(added, gone, rest)
}

function lacking(record: Record<string, string>, other: Record<string, string>): string[] {
  return Object.keys(record).filter((name) => !(name in other))
}

function sides(added: string[], gone: string[], changed: string[]): { own: string; parent: string } {
  const own = [added.length > 0 && `adds ${added.join(', ')}`, changed.length > 0 && `other values for ${changed.join(', ')}`]
  const parts = own.filter(Boolean).join('; ')
  return {
    own: parts || (gone.length > 0 ? `leaves out ${gone.join(', ')}` : 'another order'),
    parent: gone.length > 0 ? `has ${gone.join(', ')}` : 'does not',
  }
}

export function differsSentence(count: number, parentName: string): string {
  if (count === 0) return `Nothing differs from “${parentName}”.`
  return `${count} ${count === 1 ? 'field differs' : 'fields differ'} from “${parentName}”.`
}
