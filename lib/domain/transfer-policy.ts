// Which way text and files may go between a desktop and whoever looks at it. "Up" is into the desktop, as in an upload.
import { z } from 'zod'

export const transferPolicies = ['both', 'up', 'down', 'off'] as const
export const TransferPolicy = z.enum(transferPolicies)
export type TransferPolicy = z.output<typeof TransferPolicy>

export function allowsIn(policy: TransferPolicy): boolean {
  return policy === 'both' || policy === 'up'
}

export function allowsOut(policy: TransferPolicy): boolean {
  return policy === 'both' || policy === 'down'
}
