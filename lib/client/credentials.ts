// Signing in and out from the browser, over next-auth's addresses. Answers the failure, or null when it worked.
import type { Failure } from '@/lib/domain/failure'

const unreachable: Failure = {
  code: 'unreachable',
  message: 'The portal cannot be reached.',
  hint: 'Check your connection and try again.',
}

export function signIn(credentials: { name: string; password: string }): Promise<Failure | null> {
  return post('/api/auth/callback/credentials', credentials)
}

export function signOut(): Promise<Failure | null> {
  return post('/api/auth/signout', {})
}

async function post(path: string, fields: Record<string, string>): Promise<Failure | null> {
  try {
    const csrf = await fetch('/api/auth/csrf', { cache: 'no-store' })
    const { csrfToken } = (await csrf.json()) as { csrfToken: string }
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...fields, csrfToken }),
    })
    if (response.ok) return null
    return ((await response.json()) as { error?: Failure }).error ?? unreachable
  } catch {
    return unreachable
  }
}
