// Passwords: argon2id with OWASP's parameters, a bounded number at once, and the same work whether or not a hash exists.
import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { DomainError } from '@/lib/domain/errors'

// algorithm 2 is argon2id; the package exports the enum for types only.
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

// Each hash takes 19 MiB and a thread of libuv's pool of four, which file and DNS calls need as well.
const maxAtOnce = 3
const maxWaiting = 60
let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= maxAtOnce) {
    if (waiting.length >= maxWaiting) {
      throw new DomainError('sign_in_slowed', { message: 'Too many people are signing in at this moment.' })
    }
    // Whoever ends hands its place over, so `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else {
    running += 1
  }
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, parameters))
}

let unknownHash: Promise<string> | undefined

/** Null stands for a name that nobody has: it costs as much time as a wrong password and is never right. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  unknownHash ??= hashPassword(newPassword())
  const against = stored ?? (await unknownHash)
  const matches = await inTurn(() => verify(against, password))
  return stored !== null && matches
}

// Without 0/O, 1/l/I: these are read aloud and typed.
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** 20 characters out of 56: 116 bits, in groups of five. */
export function newPassword(): string {
  const letters = Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)] ?? '')
  return [0, 5, 10, 15].map((from) => letters.slice(from, from + 5).join('')).join('-')
}
