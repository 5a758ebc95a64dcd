import { cn } from '@/lib/client/cn'

/** A boat in its berth. Takes the colour of the text around it. */
export function ProductMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={cn('size-6 shrink-0', className)}>
      <path
        d="M5 5v17a5 5 0 0 0 5 5h12a5 5 0 0 0 5-5V5"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path
        d="M16 3.5c3.6 3.4 5.2 7 5.2 11V19a2.6 2.6 0 0 1-2.6 2.6h-5.2a2.6 2.6 0 0 1-2.6-2.6v-4.5c0-4 1.6-7.6 5.2-11Z"
        fill="currentColor"
      />
    </svg>
  )
}
