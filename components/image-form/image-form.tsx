'use client'
import { FormProvider } from 'react-hook-form'
import { useUnsavedGuard } from '@/components/form/use-unsaved-guard'
import { Notice } from '@/components/ui/notice'
import { toast } from '@/components/ui/toast'
import { useHydrated } from '@/lib/client/use-hydrated'
import type { Failure } from '@/lib/domain/failure'
import { BasicsSection } from './basics-section'
import { ConflictNotice } from './conflict-notice'
import { DockerSection } from './docker-section'
import { EnvironmentSection } from './environment-section'
import { ExchangeSection } from './exchange-section'
import { FilesSection } from './files-section'
import { FormStatus } from './form-status'
import { fieldsOf } from './image-changes'
import { type ImageFormActions, ImageFormProvider, type Known } from './image-form-context'
import type { ImageField } from './image-form-values'
import { PolicySection } from './policy-section'
import { ResourcesSection } from './resources-section'
import { ReviewSection } from './review-section'
import { SaveBar } from './save-bar'
import { SectionNav } from './section-nav'
import { type ImageFormStart, useImageForm, usePrivileges } from './use-image-form'
import { useImageSave } from './use-image-save'
import { useRegistryLogin } from './use-registry-login'

export type WorkspaceImageFormProps = ImageFormStart & {
  known: Known
  actions: ImageFormActions
  /** Who logs in at the registry now: of the image, or of the one that is cloned. */
  registryUser: string | null
}

/** New, clone and edit are one form: they differ in what stands in it at first and in what a save makes of it. */
export function WorkspaceImageForm({ known, actions, registryUser, ...start }: WorkspaceImageFormProps) {
  const { mode, parent } = start
  const hydrated = useHydrated()
  const state = useImageForm(start)
  const { form, values, differences, wrong } = state
  const login = useRegistryLogin({ user: registryUser, imageId: start.image?.id ?? parent?.id ?? null })
  const isDirty = state.isDirty || login.change !== undefined
  const privileges = usePrivileges(values, start)
  const { dialog, leave, tryLeave } = useUnsavedGuard(isDirty)
  const { save, saving, failure, clearFailure } = useImageSave({
    form,
    actions,
    base: state.base,
    version: state.version,
    login,
    isConfirmed: privileges.isConfirmed,
    onSaved: (saved, fields, sessionId) => {
      state.saved(fields, saved.version)
      login.saved()
      toast.ok(mode === 'edit' ? `“${fields.name}” is saved` : `“${fields.name}” is there`)
      if (sessionId) leave(`/sessions/${sessionId}`)
      else if (mode !== 'edit') leave(`/admin/images/${saved.id}`)
    },
  })

  const refusal = failure && (
    <Refusal
      failure={failure}
      imageId={start.image?.id}
      opened={state.base}
      mine={state.mine}
      onReload={(theirs) => {
        state.saved(fieldsOf(theirs), theirs.version)
        clearFailure()
      }}
      onKeep={(theirs) => {
        state.keepMineOn(theirs)
        clearFailure()
      }}
    />
  )

  return (
    <FormProvider {...form}>
      <ImageFormProvider value={{ parent, differences, takeParents: state.takeParents, known, login, actions }}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void save('save')
          }}
        >
          {/* What was typed before the script runs would be overwritten by what the form starts with. */}
          <fieldset disabled={!hydrated} className="contents">
            <div className="flex gap-6">
              <SectionNav differing={[...differences.keys()]} wrong={wrong} />
              <div className="flex min-w-0 flex-1 flex-col gap-5">
                <Sections />
                <ReviewSection {...privileges.section} />
              </div>
            </div>
            <SaveBar
              refusal={refusal}
              status={<FormStatus wrong={wrong} differs={differences.size} unsaved={isDirty || mode !== 'edit'} />}
              saving={saving}
              noTest={values.enabled ? null : 'It is switched off: nobody can launch it.'}
              onSave={(then) => void save(then)}
              onCancel={() => tryLeave('/admin/images')}
            />
          </fieldset>
        </form>
        {dialog}
      </ImageFormProvider>
    </FormProvider>
  )
}

type RefusalProps = Pick<Parameters<typeof ConflictNotice>[0], 'opened' | 'onReload' | 'onKeep'> & {
  failure: Failure
  imageId: string | undefined
  mine: () => ImageField[]
}

function Refusal({ failure, imageId, mine, ...conflict }: RefusalProps) {
  if (failure.code === 'conflict' && imageId)
    return <ConflictNotice {...conflict} imageId={imageId} mine={mine()} message={failure.message} />
  return (
    <Notice tone="danger" title={failure.message} live>
      {failure.hint}
    </Notice>
  )
}

function Sections() {
  return (
    <>
      <BasicsSection />
      <ResourcesSection />
      <EnvironmentSection />
      <FilesSection />
      <ExchangeSection />
      <DockerSection />
      <PolicySection />
    </>
  )
}
