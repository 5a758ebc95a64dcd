'use client'
import type { ReactNode } from 'react'
import { type ControllerRenderProps, useController, useFormContext } from 'react-hook-form'
import { Field, type FieldControl } from '@/components/ui/field'
import type { AgentForm, AgentField as Name } from './agent-form-values'

type Rendered<F extends Name> = { wiring: FieldControl; input: ControllerRenderProps<AgentForm, F>; at: Record<string, string> }

type AgentFieldProps<F extends Name> = {
  name: F
  label: string
  hint: ReactNode
  required?: boolean
  as?: 'control' | 'group'
  className?: string
  children: (rendered: Rendered<F>) => ReactNode
}

export function AgentField<F extends Name>({
  name,
  label,
  hint,
  required = false,
  as = 'control',
  className,
  children,
}: AgentFieldProps<F>) {
  const { control } = useFormContext<AgentForm>()
  const { field, fieldState } = useController<AgentForm, F>({ name, control })
  const at = (fieldState.error?.types ?? {}) as Record<string, string>
  return (
    <div data-field={name} className={className}>
      <Field label={label} hint={hint} error={fieldState.error?.message} required={required} as={as}>
        {(wiring) => children({ wiring, input: field, at })}
      </Field>
    </div>
  )
}
