'use client'
// Whether the page's script has taken over. Until then a form would send itself, and a password with it, to nobody.
import { useSyncExternalStore } from 'react'

const never = () => () => {}

export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
