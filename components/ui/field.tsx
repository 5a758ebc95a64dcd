import { cloneElement, type ReactElement, type ReactNode, useId } from 'react'
import { cn } from '@/lib/client/cn'
import { CircleAlert } from './icons'

/** What a control needs to belong to its field. */
export type FieldControl = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

export type FieldProps = {
  label: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
  required?: boolean
  /** Behind the label, at the right: "differs from parent", a link, a counter. */
  aside?: ReactNode
  /** "group" for several controls under one name (radio cards, rows of pairs). */
  as?: 'control' | 'group'
  hideLabel?: boolean
  className?: string
  /** One control, or a function that puts the wiring where it belongs. */
  children: ReactElement<object> | ((control: FieldControl) => ReactNode)
}

export function Field(props: FieldProps) {
  const { label, hint, error, required = false, aside, as = 'control', hideLabel = false, className, children } = props
  const id = useId()
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined
  const control: FieldControl = {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': error ? true : undefined,
    'aria-required': required || undefined,
  }
  const name = (
    <>
      {label}
      {required ? <RequiredMark /> : null}
    </>
  )
  const body =
    typeof children === 'function'
      ? children(control)
      : cloneElement(children as ReactElement<Partial<FieldControl>>, as === 'group' ? { id } : control)
  const group =
    as === 'group' ? ({ role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': describedBy } as const) : {}

  return (
    <div {...group} className={cn('flex min-w-0 flex-col gap-1.5', className)}>
      <div className={cn('flex items-baseline justify-between gap-3', hideLabel && 'sr-only')}>
        {as === 'group' ? (
          <span id={`${id}-label`} className="font-medium">
            {name}
          </span>
        ) : (
          <label htmlFor={id} className="font-medium">
            {name}
          </label>
        )}
        {aside && <span className="text-muted text-xs">{aside}</span>}
      </div>
      {body}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-danger text-xs">
          <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
          <span>{error}</span>
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-xs">
          {hint}
        </p>
      )}
    </div>
  )
}

function RequiredMark() {
  return (
    <span aria-hidden="true" title="Required" className="ml-0.5 text-danger">
      *
    </span>
  )
}
