// Random tokens: tickets, cookies, API keys, desktop passwords. Only their SHA-256 is stored; 256 random bits need no slow hash.
import { createHash, randomBytes } from 'node:crypto'

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** For KasmVNC: letters and digits only, because its start script passes the password through `echo -e`. */
export function newDesktopPassword(): string {
  return randomBytes(24).toString('hex')
}
