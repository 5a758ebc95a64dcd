'use client'
// Calls a server action from a component: pending while it runs, its failure as a value, React Query's caches told afterwards.
import type { QueryKey } from '@tanstack/react-query'
import { useCallback, useContext, useRef, useState, useTransition } from 'react'
import type { ActionResult, Failure } from '@/lib/domain/failure'
import { InvalidateContext } from './invalidate-context'

export type UseActionOptions<R> = {
  onSuccess?: (data: R) => void
  onFailure?: (failure: Failure) => void
  /** Query keys that the action makes stale. */
  invalidates?: readonly QueryKey[]
}

export type ActionState<A extends unknown[], R> = {
  /** Never throws for a failure: it answers it, and keeps it in `failure`. */
  run: (...input: A) => Promise<ActionResult<R>>
  pending: boolean
  failure: Failure | null
  reset: () => void
}

const UNREACHABLE: Failure = {
  code: 'unreachable',
  message: 'The portal did not answer.',
  hint: 'Check your connection and try again. Reload the page if the portal was just updated.',
}

/** Next tells its router about redirects by throwing: those are no failures and belong to Next. */
function isNavigation(error: unknown): boolean {
  const digest = (error as { digest?: unknown } | null)?.digest
  return typeof digest === 'string' && digest.startsWith('NEXT_')
}

export function useAction<A extends unknown[], R>(
  action: (...input: A) => Promise<ActionResult<R>>,
  options: UseActionOptions<R> = {},
): ActionState<A, R> {
  const [pending, startTransition] = useTransition()
  const [failure, setFailure] = useState<Failure | null>(null)
  const invalidate = useContext(InvalidateContext)
  const latest = useRef({ action, options })
  latest.current = { action, options }

  const run = useCallback(
    (...input: A) =>
      new Promise<ActionResult<R>>((resolve, reject) => {
        startTransition(async () => {
          setFailure(null)
          const result = await attempt(() => latest.current.action(...input)).catch((navigation: unknown) => {
            reject(navigation)
            throw navigation
          })
          const { onSuccess, onFailure, invalidates = [] } = latest.current.options
          if (result.ok) {
            await Promise.all(invalidates.map((queryKey) => invalidate?.(queryKey)))
            onSuccess?.(result.data)
          } else {
            setFailure(result)
            onFailure?.(result)
          }
          resolve(result)
        })
      }),
    [invalidate],
  )

  const reset = useCallback(() => setFailure(null), [])
  return { run, pending, failure, reset }
}

async function attempt<R>(call: () => Promise<ActionResult<R>>): Promise<ActionResult<R>> {
  try {
    return await call()
  } catch (error) {
    if (isNavigation(error)) throw error
    return { ok: false, ...UNREACHABLE }
  }
}
