'use client'
// What every field of the form may ask: the parent to compare with, what the fleet offers, and the actions of the route.
import { createContext, useContext } from 'react'
import type { ActionResult } from '@/lib/domain/failure'
import type { RegistryLoginChange } from '@/lib/domain/registry-login'
import type { WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { Difference } from './image-differences'
import type { ImageField } from './image-form-values'
import type { RegistryLoginState } from './use-registry-login'

export type ReferenceCheck = {
  present: { agentId: string; agentName: string }[]
  /** null: nobody could say. */
  pullable: boolean | null
  problem: string | null
  hint: string | null
  /** Agents that lack it and may have no room for it. */
  tight: { agentName: string; needBytes: number; roomBytes: number }[]
}

/** What is known of the fleet and of other workspaces, to choose from while typing. */
export type Known = {
  categories: string[]
  groups: string[]
  bindPaths: { path: string; agents: string[] }[]
}

export type ImageParent = { id: string; name: string; fields: WorkspaceImageFields }

export type ImageFormActions = {
  save: (input: SaveInput) => Promise<ActionResult<{ id: string; version: number }>>
  launch: (input: { imageId: string }) => Promise<ActionResult<{ id: string }>>
  checkReference: (input: {
    reference: string
    imageId?: string
    registry?: RegistryLoginChange
  }) => Promise<ActionResult<ReferenceCheck>>
  storeIcon: (input: { base64: string }) => Promise<ActionResult<{ iconId: string }>>
}

export type SaveInput = {
  fields: WorkspaceImageFields
  changes: Partial<WorkspaceImageFields>
  version: number | null
  /** Left out: the login stays as it is. */
  registry?: RegistryLoginChange
}

export type ImageFormContextValue = {
  parent: ImageParent | null
  differences: ReadonlyMap<ImageField, Difference>
  takeParents: (field: ImageField) => void
  known: Known
  login: RegistryLoginState
  actions: ImageFormActions
}

const ImageFormContext = createContext<ImageFormContextValue | null>(null)
export const ImageFormProvider = ImageFormContext.Provider

export function useImageFormContext(): ImageFormContextValue {
  const value = useContext(ImageFormContext)
  if (!value) throw new Error('This field stands outside an image form.')
  return value
}
