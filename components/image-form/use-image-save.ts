'use client'
// Saving the form: validate, confirm privileges, send what changed, and say where it went wrong.
import { useState } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import { focusFirstProblem } from '@/components/form/focus-problem'
import { toast } from '@/components/ui/toast'
import type { Failure } from '@/lib/domain/failure'
import type { WorkspaceImageFields } from '@/lib/domain/workspace-image'
import { changesBetween } from './image-changes'
import type { ImageFormActions } from './image-form-context'
import { problemsFromServer, toFormErrors } from './image-form-problems'
import type { ImageField, ImageForm } from './image-form-values'
import type { RegistryLoginState } from './use-registry-login'

type UseImageSave = {
  form: UseFormReturn<ImageForm, unknown, WorkspaceImageFields>
  actions: ImageFormActions
  base: WorkspaceImageFields
  version: number | null
  login: RegistryLoginState
  /** False where privileges were raised and nobody said yes yet. */
  isConfirmed: () => boolean
  onSaved: (saved: { id: string; version: number }, fields: WorkspaceImageFields, sessionId: string | null) => void
}

export function useImageSave({ form, actions, base, version, login, isConfirmed, onSaved }: UseImageSave) {
  const [saving, setSaving] = useState<'save' | 'test' | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  function refuse(refused: Failure) {
    setFailure(refused)
    const { problems, elsewhere } = problemsFromServer(refused.fields ?? {}, form.getValues())
    for (const [field, error] of Object.entries(toFormErrors(problems))) form.setError(field as ImageField, error)
    if (Object.keys(problems).length > 0) focusFirstProblem(Object.keys(problems))
    else if (elsewhere.length > 0) setFailure({ ...refused, message: `${refused.message} ${elsewhere.join(' ')}` })
  }

  async function send(fields: WorkspaceImageFields, then: 'save' | 'test') {
    const result = await actions.save({
      fields,
      changes: changesBetween(fields, base),
      version,
      ...(login.change === undefined ? {} : { registry: login.change }),
    })
    if (!result.ok) return refuse(result)
    if (then === 'save') return onSaved(result.data, fields, null)
    const launched = await actions.launch({ imageId: result.data.id })
    // It is saved either way; why it does not launch is told, and the form goes on from what was saved.
    if (!launched.ok) toast.failure(launched)
    onSaved(result.data, fields, launched.ok ? launched.data.id : null)
  }

  const save = async (then: 'save' | 'test') => {
    setFailure(null)
    await form.handleSubmit(
      async (fields) => {
        if (!login.isComplete())
          return refuse({
            code: 'invalid_input',
            message: 'The login at the registry is not complete.',
            hint: 'Fill it in, or cancel it.',
          })
        if (!isConfirmed()) return
        setSaving(then)
        try {
          await send(fields, then)
        } catch {
          refuse({ code: 'unreachable', message: 'The portal did not answer.', hint: 'Your changes are still here: try again.' })
        } finally {
          setSaving(null)
        }
      },
      (errors) => focusFirstProblem(Object.keys(errors)),
    )()
  }

  return { save, saving, failure, clearFailure: () => setFailure(null) }
}
