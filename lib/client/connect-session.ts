// Asks for the address of a desktop, and goes on asking while its session starts.
import type { ActionResult, Failure } from '@/lib/domain/failure'

const TIMEOUT_MS = 15_000
const SILENCE: Failure = { code: 'unreachable', message: 'The portal cannot be reached.' }

type Answer = { url?: unknown; error?: Failure }

export async function connectSession(sessionId: string, signal: AbortSignal): Promise<ActionResult<{ url: string }>> {
  while (!signal.aborted) {
    const answer = await ask(sessionId, signal)
    if (answer?.error) return { ok: false, ...answer.error }
    if (typeof answer?.url === 'string') return { ok: true, data: { url: answer.url } }
    // Only null means that it still starts; everything else is no answer of ours.
    if (answer?.url !== null) break
  }
  return { ok: false, ...SILENCE }
}

async function ask(sessionId: string, signal: AbortSignal): Promise<Answer | null> {
  try {
    const response = await fetch(`/api/portal/sessions/${encodeURIComponent(sessionId)}/connect`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    return (await response.json()) as Answer
  } catch {
    return null
  }
}
