// Identifiers: random, and valid as one DNS label, because a session's id is a host name.
import { z } from 'zod'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** 24 characters of 5 bits each; the first is a letter. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  let id = ''
  for (const [index, byte] of bytes.entries()) id += alphabet[byte % (index === 0 ? 16 : 32)]
  return id
}

export const Id = z.string().regex(/^[a-z][a-z2-7]{23}$/, 'This is not an identifier of Berth.')
