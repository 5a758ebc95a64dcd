// What a save sends: only what was changed, so that two people who change different fields do not undo each other.
import { differingFields, type WorkspaceImageFields } from '@/lib/domain/workspace-image'
import { type ImageField, imageFields } from './image-form-values'

export function changedFields(now: WorkspaceImageFields, before: WorkspaceImageFields): ImageField[] {
  return differingFields(now, before)
}

export function changesBetween(now: WorkspaceImageFields, before: WorkspaceImageFields): Partial<WorkspaceImageFields> {
  return Object.fromEntries(changedFields(now, before).map((field) => [field, now[field]]))
}

/** Only the fields: a detail carries more, which no schema would take back. */
export function fieldsOf(image: WorkspaceImageFields): WorkspaceImageFields {
  return Object.fromEntries(imageFields.map((field) => [field, image[field]])) as WorkspaceImageFields
}
