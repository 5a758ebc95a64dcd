import type { ReactNode } from 'react'

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex min-w-5 items-center justify-center rounded border border-line border-b-2 bg-sunken px-1 font-sans text-[0.6875rem] text-muted leading-4">
      {children}
    </kbd>
  )
}
