import { cn } from '@/lib/client/cn'

/** What every text-like control shares. Sixteen pixels on phones, because iOS zooms into anything smaller. */
export const controlLook = cn(
  'block w-full min-w-0 rounded-md border border-control bg-surface px-3 text-base text-ink sm:text-sm',
  'transition-colors duration-100 hover:border-ink/60',
  'focus-visible:border-accent focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent',
  'aria-invalid:border-danger aria-invalid:focus-visible:outline-danger',
  'disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-muted [&[readonly]]:bg-sunken',
)

export const controlHeight = 'h-9 pointer-coarse:h-11'
