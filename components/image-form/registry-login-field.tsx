'use client'
import { KeyRound, Search } from 'lucide-react'
import { useFormContext, useWatch } from 'react-hook-form'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { registryOf } from '@/lib/domain/image-reference'
import { useImageFormContext } from './image-form-context'
import type { ImageForm } from './image-form-values'
import { ReferenceVerdictLine } from './reference-verdict-line'
import { useReferenceCheck } from './use-reference-check'

/** Who logs in where the image comes from. A password that is stored is never shown again: it can be replaced or removed. */
export function RegistryLoginField({ className }: { className?: string }) {
  const { login } = useImageFormContext()
  const { control } = useFormContext<ImageForm>()
  const registry = registryOf(useWatch({ control, name: 'reference' }).trim())
  return (
    <Field
      label="Login at the registry"
      as="group"
      hint={`For a private image at ${registry}. The password is kept encrypted, goes only to that registry, and is never shown again.`}
      {...(className ? { className } : {})}
    >
      {() => (login.change ? <TypedLogin /> : <KeptLogin />)}
    </Field>
  )
}

function KeptLogin() {
  const { stored, change, setChange } = useImageFormContext().login
  const removed = change === null
  const words = removed
    ? 'The login is removed when you save.'
    : stored
      ? `${stored} logs in; the password is stored.`
      : 'None: the image is public, or on the agents already.'
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="mr-auto min-w-0 [overflow-wrap:anywhere]">{words}</p>
      {removed && <Button onClick={() => setChange(undefined)}>Keep it</Button>}
      {!removed && (
        <Button onClick={() => setChange({ user: stored ?? '', password: '' })}>
          <KeyRound aria-hidden="true" />
          {stored ? 'Change login' : 'Set a login'}
        </Button>
      )}
      {stored && !removed && (
        <Button variant="ghost" onClick={() => setChange(null)}>
          Remove login
        </Button>
      )}
    </div>
  )
}

function TypedLogin() {
  const { change, setChange, problems, isComplete } = useImageFormContext().login
  const { getValues } = useFormContext<ImageForm>()
  const { state, check } = useReferenceCheck()
  if (!change) return null
  return (
    <div className="flex flex-col gap-2">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="User name" error={problems.user}>
          <Input
            value={change.user}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={256}
            onChange={(event) => setChange({ ...change, user: event.target.value })}
          />
        </Field>
        <Field label="Password or token" error={problems.password}>
          <Input
            type="password"
            value={change.password}
            autoComplete="new-password"
            maxLength={4096}
            onChange={(event) => setChange({ ...change, password: event.target.value })}
          />
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          pending={state.kind === 'asking'}
          pendingLabel="Asking…"
          onClick={() => isComplete() && check(getValues('reference'), true)}
        >
          <Search aria-hidden="true" />
          Test this login
        </Button>
        <Button variant="ghost" onClick={() => setChange(undefined)}>
          Cancel
        </Button>
      </div>
      <ReferenceVerdictLine state={state} />
    </div>
  )
}
