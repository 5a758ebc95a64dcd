'use client'
// Asks the agents about a reference: at a press, when the field is left, and when typing rests. Only the last question counts.
import { useCallback, useEffect, useRef, useState } from 'react'
import { ImageReferenceText } from '@/lib/domain/image-reference'
import { RegistryLogin } from '@/lib/domain/registry-login'
import { type ImageFormActions, useImageFormContext } from './image-form-context'
import type { CheckState } from './reference-verdict'

const REST_MS = 900

export function useReferenceCheck() {
  const { actions, login } = useImageFormContext()
  const checkReference = actions.checkReference
  const { imageId, change } = login
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
      const typed = change && !RegistryLogin.safeParse(change).success ? undefined : change
      const input = { reference, ...(imageId ? { imageId } : {}), ...(typed === undefined ? {} : { registry: typed }) }
      void ask(checkReference, input).then((answer) => {
        if (asked.current === reference) setState(answer)
      })
    },
    [checkReference, imageId, change],
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

type CheckInput = Parameters<ImageFormActions['checkReference']>[0]

async function ask(checkReference: ImageFormActions['checkReference'], input: CheckInput): Promise<CheckState> {
  try {
    const result = await checkReference(input)
    return result.ok ? { kind: 'answered', check: result.data } : { kind: 'failed', failure: result }
  } catch {
    return { kind: 'failed', failure: { code: 'unreachable', message: 'The portal did not answer.', hint: 'Try again.' } }
  }
}
