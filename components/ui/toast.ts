// What just happened, said once in a corner. A store outside React, so that any handler can speak.
// Our own rather than a toast library: those put a style element into the page at run time, which a strict
// Content-Security-Policy refuses, and cost more than a page may spend.

export type ToastTone = 'ok' | 'info' | 'danger'

export type Toast = {
  id: number
  tone: ToastTone
  title: string
  description?: string
  action?: { label: string; onSelect: () => void }
  /** 0 stays until closed. */
  durationMs: number
}

type ToastOptions = { description?: string | undefined; action?: Toast['action'] | undefined; durationMs?: number }
type Failed = { message: string; hint?: string; reference?: string }

const SHOWN_AT_ONCE = 4
const READING_MS = 5_000
const FAILURE_MS = 10_000

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Toast[]) {
  toasts = next
  for (const listener of listeners) listener()
}

function say(tone: ToastTone, title: string, options: ToastOptions = {}): number {
  lastId += 1
  const { description, action, durationMs = tone === 'danger' ? FAILURE_MS : READING_MS } = options
  const said: Toast = {
    id: lastId,
    tone,
    title,
    durationMs,
    ...(description ? { description } : {}),
    ...(action ? { action } : {}),
  }
  // The same sentence twice is one event seen twice, not two.
  const others = toasts.filter((other) => other.title !== title || other.tone !== tone)
  change([...others, said].slice(-SHOWN_AT_ONCE))
  return lastId
}

export const toast = {
  ok: (title: string, options?: ToastOptions) => say('ok', title, options),
  info: (title: string, options?: ToastOptions) => say('info', title, options),
  danger: (title: string, options?: ToastOptions) => say('danger', title, options),
  /** A failure as the server words it. */
  failure: ({ message, hint, reference }: Failed) =>
    say('danger', message, { description: [hint, reference && `Reference ${reference}`].filter(Boolean).join(' ') || undefined }),
  dismiss: (id: number) => change(toasts.filter((one) => one.id !== id)),
}

export const toastStore = {
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  current: () => toasts,
  none: (): readonly Toast[] => NONE,
}

const NONE: readonly Toast[] = []
