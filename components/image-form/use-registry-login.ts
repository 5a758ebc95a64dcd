'use client'
// The login at the image's registry: what is stored is known by its user alone, and what is typed goes to the server once.
import { useState } from 'react'
import { RegistryLogin, type RegistryLoginChange } from '@/lib/domain/registry-login'

export type RegistryLoginProblems = { user?: string; password?: string }

export type RegistryLoginState = {
  /** Who logs in as it is stored; null where nobody does. */
  stored: string | null
  /** What stands in the form: undefined keeps what is stored, null removes it. */
  change: RegistryLoginChange
  setChange: (change: RegistryLoginChange) => void
  problems: RegistryLoginProblems
  /** False where something is missing; says so at the fields then. */
  isComplete: () => boolean
  /** After a save: what was typed is forgotten. */
  saved: () => void
  /** The image whose stored login is meant. */
  imageId: string | null
}

export function useRegistryLogin(start: { user: string | null; imageId: string | null }): RegistryLoginState {
  const [stored, setStored] = useState(start.user)
  const [change, setChange] = useState<RegistryLoginChange>(undefined)
  const [problems, setProblems] = useState<RegistryLoginProblems>({})
  return {
    stored,
    change,
    setChange: (next) => {
      setChange(next)
      setProblems({})
    },
    problems,
    isComplete: () => {
      const found = change ? registryLoginProblems(change) : {}
      setProblems(found)
      return Object.keys(found).length === 0
    },
    saved: () => {
      if (change !== undefined) setStored(change?.user.trim() ?? null)
      setChange(undefined)
    },
    imageId: start.imageId,
  }
}

export function registryLoginProblems(login: RegistryLogin): RegistryLoginProblems {
  const issues = RegistryLogin.safeParse(login).error?.issues ?? []
  return Object.fromEntries(issues.map((issue) => [issue.path[0], issue.message]))
}
