'use client'
import type { ReactNode } from 'react'
import { type Control, type ControllerRenderProps, useController, useFormContext } from 'react-hook-form'
import { Field, type FieldControl } from '@/components/ui/field'
import { DifferenceMark } from './difference-mark'
import { fieldLabels } from './field-words'
import { useImageFormContext } from './image-form-context'
import type { ImageField, ImageForm } from './image-form-values'

type Rendered<F extends ImageField> = {
  /** id and aria wiring for the one control; a group wires itself. */
  wiring: FieldControl
  input: ControllerRenderProps<ImageForm, F>
  /** What is wrong within the field, by dotted path. */
  at: Record<string, string>
}

type FormFieldProps<F extends ImageField> = {
  name: F
  hint?: ReactNode
  label?: ReactNode
  required?: boolean
  as?: 'control' | 'group'
  /** No label or hint of its own: the control says it, as a switch does. */
  bare?: boolean
  className?: string
  children: (rendered: Rendered<F>) => ReactNode
}

/** One field of the form: its label, what it means, what is wrong with it, and how it differs from the parent. */
export function FormField<F extends ImageField>(props: FormFieldProps<F>) {
  const { name, hint, label = fieldLabels[name], required = false, as = 'control', bare = false, className, children } = props
  const { control } = useFormContext<ImageForm>()
  const { field, fieldState } = useController<ImageForm, F>({ name, control: control as Control<ImageForm> })
  const { differences } = useImageFormContext()
  const difference = differences.get(name)
  const at = (fieldState.error?.types ?? {}) as Record<string, string>

  return (
    <div data-field={name} className={className}>
      {bare ? (
        <BareField name={name} error={fieldState.error?.message}>
          {children({ wiring: noWiring, input: field, at })}
        </BareField>
      ) : (
        <Field label={label} hint={hint} error={fieldState.error?.message} required={required} as={as}>
          {(wiring) => children({ wiring, input: field, at })}
        </Field>
      )}
      {difference && <DifferenceMark difference={difference} />}
    </div>
  )
}

const noWiring: FieldControl = { id: '', 'aria-describedby': undefined, 'aria-invalid': undefined, 'aria-required': undefined }

function BareField({ name, error, children }: { name: string; error: string | undefined; children: ReactNode }) {
  return (
    <>
      {children}
      {error && (
        <p id={`${name}-error`} className="mt-1 text-danger text-xs">
          {error}
        </p>
      )}
    </>
  )
}
