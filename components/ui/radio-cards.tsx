import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/lib/client/cn'

export type RadioCard = { value: string; label: ReactNode; hint?: ReactNode; icon?: ReactNode; disabled?: boolean }

type RadioCardsProps = Omit<ComponentProps<'input'>, 'type' | 'value' | 'defaultValue' | 'children'> & {
  name: string
  cards: readonly RadioCard[]
  value?: string
  defaultValue?: string
  /** Cards beside each other on wide pages. */
  columns?: 1 | 2 | 3
}

const columnLook = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-3' } as const

/** One of a few, each with room to say what it means. Sits inside a `Field as="group"`, which names it. */
export function RadioCards({ cards, value, defaultValue, columns = 1, className, id, ...rest }: RadioCardsProps) {
  return (
    <div id={id} className={cn('grid gap-2', columnLook[columns], className)}>
      {cards.map((card) => (
        <label
          key={card.value}
          className="flex items-start gap-3 rounded-lg border border-line bg-surface p-3 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-disabled:opacity-60 has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
        >
          <input
            {...rest}
            type="radio"
            value={card.value}
            disabled={card.disabled || rest.disabled}
            {...(value !== undefined ? { checked: value === card.value } : {})}
            {...(defaultValue !== undefined ? { defaultChecked: defaultValue === card.value } : {})}
            className="mt-0.5 size-4 shrink-0 appearance-none rounded-full border border-control bg-surface outline-none checked:border-[5px] checked:border-accent"
          />
          <span className="min-w-0 flex-1">
            <span className="block font-medium">{card.label}</span>
            {card.hint && <span className="mt-0.5 block text-muted text-xs">{card.hint}</span>}
          </span>
          {card.icon && <span className="text-muted [&_svg]:size-5">{card.icon}</span>}
        </label>
      ))}
    </div>
  )
}
