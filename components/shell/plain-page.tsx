import type { ReactNode } from 'react'
import { ProductMark } from './product-mark'

/**
 * One thing in the middle and nothing around it: signing in, and what is not there. A plain anchor leads out of it, so that
 * after an error everything is loaded anew, and because every page carries the error page's code.
 */
export function PlainPage({ children }: { children: ReactNode }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 px-4 py-10 outline-none"
    >
      <a href="/" className="flex items-center gap-2.5 self-center rounded-md font-semibold text-xl tracking-tight">
        <ProductMark className="size-8 text-accent" />
        Berth
      </a>
      {children}
    </main>
  )
}
