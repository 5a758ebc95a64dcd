'use client'
// The sub-form of Docker options: one value, changed option by option, with what is wrong where.
import { createContext, type ReactNode, useContext } from 'react'
import type { DockerOptionsForm } from '@/components/image-form/image-form-values'
import { Field, type FieldControl } from '@/components/ui/field'

type OptionsContextValue = {
  value: DockerOptionsForm
  set: <K extends keyof DockerOptionsForm>(key: K, value: DockerOptionsForm[K]) => void
  at: Record<string, string>
}

const OptionsContext = createContext<OptionsContextValue | null>(null)
export const OptionsProvider = OptionsContext.Provider

export function useOptions(): OptionsContextValue {
  const value = useContext(OptionsContext)
  if (!value) throw new Error('This option stands outside the Docker options.')
  return value
}

/** What is wrong with one row of a list option, in one text. */
export function useRowProblem(option: keyof DockerOptionsForm): (index: number) => string | undefined {
  const { at } = useOptions()
  return (index) => {
    const place = `${option}.${index}`
    const found = Object.entries(at).filter(([path]) => path === place || path.startsWith(`${place}.`))
    return found.map(([, message]) => message).join(' ') || undefined
  }
}

type OptionFieldProps = {
  option: keyof DockerOptionsForm
  label: string
  hint: ReactNode
  as?: 'control' | 'group'
  className?: string
  children: (wiring: FieldControl) => ReactNode
}

export function OptionField({ option, label, hint, as = 'control', className, children }: OptionFieldProps) {
  const { at } = useOptions()
  return (
    <Field label={label} hint={hint} error={at[option]} as={as} {...(className ? { className } : {})}>
      {(wiring) => children(wiring)}
    </Field>
  )
}
