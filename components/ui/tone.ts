// What a state means to the reader. Never the only sign: an icon and words stand beside it.
export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger'

export const softTone: Record<Tone, string> = {
  neutral: 'border-line bg-hover text-muted',
  accent: 'border-accent-line bg-accent-soft text-accent-ink',
  ok: 'border-ok-line bg-ok-soft text-ok',
  warn: 'border-warn-line bg-warn-soft text-warn',
  danger: 'border-danger-line bg-danger-soft text-danger',
}

export const textTone: Record<Tone, string> = {
  neutral: 'text-muted',
  accent: 'text-accent-ink',
  ok: 'text-ok',
  warn: 'text-warn',
  danger: 'text-danger',
}

export const fillTone: Record<Tone, string> = {
  neutral: 'bg-control',
  accent: 'bg-accent',
  ok: 'bg-ok',
  warn: 'bg-warn',
  danger: 'bg-danger',
}
