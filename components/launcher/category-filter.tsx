import { cn } from '@/lib/client/cn'

type CategoryFilterProps = { categories: readonly string[]; value: string; onChange: (category: string) => void }

export function CategoryFilter({ categories, value, onChange }: CategoryFilterProps) {
  if (categories.length === 0) return null
  return (
    <fieldset className="-my-1 flex min-w-0 max-w-full gap-1.5 overflow-x-auto py-1">
      <legend className="sr-only">Category</legend>
      {['', ...categories].map((category) => (
        <button
          key={category}
          type="button"
          aria-pressed={value === category}
          onClick={() => onChange(category)}
          className={cn(
            'h-7 shrink-0 rounded-full border px-3 text-xs pointer-coarse:h-9',
            value === category
              ? 'border-accent-line bg-accent-soft font-medium text-accent-ink'
              : 'border-line bg-surface text-muted hover:border-control hover:text-ink',
          )}
        >
          {category === '' ? 'All' : category}
        </button>
      ))}
    </fieldset>
  )
}
