// Random tokens: tickets, cookies, API keys, desktop passwords. Only their SHA-256 is stored; 256 random bits need no slow hash.
import { hash, randomBytes } from 'node:crypto'

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function hashToken(token: string): string {
  return hash('sha256', token, 'hex')
}

/** For KasmVNC: letters and digits only, because its start script passes the password through `echo -e`. */
export function newDesktopPassword(): string {
  return randomBytes(24).toString('hex')
}
