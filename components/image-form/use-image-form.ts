'use client'
// The state of the form: its values, what it is compared with, and how it takes over what someone else saved.
import { useMemo, useRef, useState } from 'react'
import { type FieldErrors, useForm, useFormState, useWatch } from 'react-hook-form'
import { imagePrivileges, type WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { changedFields, fieldsOf } from './image-changes'
import { differencesOf } from './image-differences'
import type { ImageParent } from './image-form-context'
import { imageFormResolver } from './image-form-problems'
import { type ImageField, type ImageForm, imageFields, toForm, toSpec } from './image-form-values'

export type ImageFormStart = {
  mode: 'new' | 'clone' | 'edit'
  /** What stands in the form at first. */
  initial: WorkspaceImageFields
  /** What a save is compared with: for a clone the parent's fields, else what is stored. */
  base: WorkspaceImageFields
  image: { id: string; version: number } | null
  parent: ImageParent | null
}

export function useImageForm({ initial, parent, ...start }: ImageFormStart) {
  const [base, setBase] = useState(start.base)
  const [version, setVersion] = useState(start.image?.version ?? null)
  const form = useForm<ImageForm, unknown, WorkspaceImageFields>({
    defaultValues: toForm(initial),
    resolver: imageFormResolver,
    mode: 'onChange',
    shouldFocusError: false,
  })
  const values = useWatch({ control: form.control }) as ImageForm
  const { isDirty, errors } = useFormState({ control: form.control })
  const differences = useMemo(
    () => new Map((parent ? differencesOf(values, parent.fields) : []).map((one) => [one.field, one])),
    [values, parent],
  )
  const mine = () => changedFields(toSpec(form.getValues()) as WorkspaceImageFields, base)

  function takeParents(field: ImageField) {
    if (!parent) return
    const parents = toForm(parent.fields)
    // An uploaded picture wins over a built-in one, so the two are one field to the reader.
    const fields: ImageField[] = field === 'iconName' || field === 'iconId' ? ['iconName', 'iconId'] : [field]
    for (const one of fields) form.setValue(one, parents[one] as never, { shouldDirty: true, shouldValidate: true })
  }

  /** Their version becomes what is edited; what was changed here stays changed. */
  function keepMineOn(theirs: ImageDetail) {
    const kept = mine().map((field) => [field, form.getValues(field)] as const)
    form.reset(toForm(theirs))
    for (const [field, value] of kept) form.setValue(field, value as never, { shouldDirty: true })
    setBase(fieldsOf(theirs))
    setVersion(theirs.version)
    void form.trigger()
  }

  function saved(fields: WorkspaceImageFields, nextVersion: number) {
    form.reset(toForm(fields))
    setBase(fields)
    setVersion(nextVersion)
  }

  return { form, values, base, version, isDirty, wrong: wrongFields(errors), differences, mine, takeParents, keepMineOn, saved }
}

function wrongFields(errors: FieldErrors<ImageForm>): ImageField[] {
  return imageFields.filter((field) => field in errors)
}

/** What raises privilege, and whether somebody said that they want it. What was saved before needs no second yes. */
export function usePrivileges(values: ImageForm, { mode, base }: ImageFormStart) {
  const [confirmedFor, setConfirmedFor] = useState<string | null>(null)
  const [asked, setAsked] = useState(false)
  const privileges = imagePrivileges(toSpec(values) as WorkspaceImageFields)
  const before = useRef(mode === 'edit' ? imagePrivileges(base) : [])
  const fresh = privileges.filter((privilege) => !before.current.includes(privilege))
  // Confirmed is what was read: another privilege later must be confirmed again.
  const key = fresh.join('\n')
  const mustConfirm = fresh.length > 0
  const confirmed = confirmedFor === key

  function isConfirmed(): boolean {
    if (!mustConfirm || confirmed) return true
    setAsked(true)
    document.getElementById('confirm-privileges')?.focus()
    document.getElementById('review')?.scrollIntoView({ block: 'center' })
    return false
  }

  const onConfirm = (yes: boolean) => setConfirmedFor(yes ? key : null)
  return { isConfirmed, section: { privileges, mustConfirm, confirmed, onConfirm, asked } }
}
