'use client'
// How an action tells React Query what it made stale, without bringing React Query to pages that do not use it.
import type { QueryKey } from '@tanstack/react-query'
import { createContext } from 'react'

/** null: there is nobody to tell. */
export const InvalidateContext = createContext<((queryKey: QueryKey) => Promise<void>) | null>(null)
