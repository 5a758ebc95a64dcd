'use client'
import { type FormEvent, useState } from 'react'
import { LimitFields } from '@/components/account/limit-fields'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import type { Role } from '@/lib/domain/actor'
import type { Failure } from '@/lib/domain/failure'
import type { UserLimits } from '@/lib/domain/settings'

export type UserFormValues = UserLimits & { name: string; displayName: string; role: Role }

type UserFormProps = {
  id: string
  initial: UserFormValues
  /** The name of someone who exists is fixed: homes and audit entries are told by it. */
  nameFixed: boolean
  /** One's own role is another administrator's to change. */
  roleFixed?: boolean
  failure: Failure | null
  onSubmit: (values: UserFormValues) => void
}

const roles = [
  { value: 'user', label: 'User: launches workspaces' },
  { value: 'admin', label: 'Administrator: manages people, images and agents' },
]

export function UserForm({ id, initial, nameFixed, roleFixed = false, failure, onSubmit }: UserFormProps) {
  const [values, setValues] = useState(initial)
  const errors = failure?.fields ?? {}
  const { name, displayName, role, ...limits } = values

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    onSubmit(values)
  }

  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {failure && (
        <Notice tone="danger" title={failure.message} live>
          {failure.hint}
        </Notice>
      )}
      {!nameFixed && (
        <Field label="Name" required hint="For signing in: letters, digits, dot, dash, underscore." error={errors.name}>
          <Input
            value={name}
            onChange={(event) => setValues({ ...values, name: event.target.value })}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            data-autofocus=""
          />
        </Field>
      )}
      <Field label="Full name" error={errors.displayName}>
        <Input
          value={displayName}
          onChange={(event) => setValues({ ...values, displayName: event.target.value })}
          autoComplete="off"
          maxLength={100}
        />
      </Field>
      <Field label="Role" error={errors.role} hint={roleFixed ? 'Your own role is changed by another administrator.' : undefined}>
        <Select
          value={role}
          options={roles}
          disabled={roleFixed}
          onChange={(event) => setValues({ ...values, role: event.target.value as Role })}
        />
      </Field>
      <LimitFields value={limits} onChange={(next) => setValues({ ...values, ...next })} errors={errors} />
    </form>
  )
}
