'use client'
// Asks the agents about a reference: at a press, when the field is left, and when typing rests. Only the last question counts.
import { useCallback, useEffect, useRef, useState } from 'react'
import { ImageReferenceText } from '@/lib/domain/image-reference'
import type { ImageFormActions } from './image-form-context'
import type { CheckState } from './reference-verdict'

const REST_MS = 900

export function useReferenceCheck(checkReference: ImageFormActions['checkReference']) {
  const [state, setState] = useState<CheckState>({ kind: 'none' })
  const asked = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const check = useCallback(
    (text: string, again = false) => {
      clearTimeout(timer.current)
      const parsed = ImageReferenceText.safeParse(text)
      if (!parsed.success) {
        asked.current = null
        setState({ kind: 'none' })
        return
      }
      const reference = parsed.data
      if (reference === asked.current && !again) return
      asked.current = reference
      setState({ kind: 'asking' })
      void ask(checkReference, reference).then((answer) => {
        if (asked.current === reference) setState(answer)
      })
    },
    [checkReference],
  )

  const soon = useCallback(
    (text: string) => {
      clearTimeout(timer.current)
      // What was said about another reference must not stand below this one.
      if (text.trim() !== asked.current) {
        asked.current = null
        setState({ kind: 'none' })
      }
      timer.current = setTimeout(() => check(text), REST_MS)
    },
    [check],
  )

  return { state, check, soon }
}

async function ask(checkReference: ImageFormActions['checkReference'], reference: string): Promise<CheckState> {
  try {
    const result = await checkReference({ reference })
    return result.ok ? { kind: 'answered', check: result.data } : { kind: 'failed', failure: result }
  } catch {
    return { kind: 'failed', failure: { code: 'unreachable', message: 'The portal did not answer.', hint: 'Try again.' } }
  }
}
