'use client'
import { useState } from 'react'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/lib/client/use-action'
import type { ActionResult } from '@/lib/domain/failure'
import type { SessionDetail, SessionView } from '@/lib/domain/session'
import { type ConfirmedVerb, needsConfirmation } from './needs-confirmation'
import type { SessionActions } from './session-actions'

export type PressedVerb = 'pause' | 'resume' | 'retry' | 'stop' | 'delete' | 'extend' | 'startWithoutGpu'
type Answer = SessionDetail | { id: string }

type SessionVerbsOptions = {
  session: SessionView
  actions: SessionActions
  /** What the session is now; null once it is being deleted. */
  onChanged: (session: SessionDetail | null) => void
}

export type SessionVerbs = {
  /** Does it, or asks first where something would be lost. */
  press: (verb: PressedVerb) => void
  /** Under way right now. */
  pending: PressedVerb | null
  confirming: ConfirmedVerb | null
  confirm: (verb: ConfirmedVerb) => Promise<ActionResult<Answer>>
  close: () => void
}

export function useSessionVerbs({ session, actions, onChanged }: SessionVerbsOptions): SessionVerbs {
  const [verb, setVerb] = useState<PressedVerb | null>(null)
  const [confirming, setConfirming] = useState<ConfirmedVerb | null>(null)
  const call = useAction((asked: PressedVerb): Promise<ActionResult<Answer>> => actions[asked]({ sessionId: session.id }), {
    onSuccess: (answer) => onChanged('state' in answer ? answer : null),
  })

  function start(asked: PressedVerb) {
    setVerb(asked)
    return call.run(asked)
  }

  async function act(asked: PressedVerb) {
    const result = await start(asked)
    if (!result.ok) toast.failure(result)
  }

  function press(asked: PressedVerb) {
    if (call.pending) return
    if ((asked === 'stop' || asked === 'delete') && needsConfirmation(asked, session)) setConfirming(asked)
    else void act(asked)
  }

  return { press, pending: call.pending ? verb : null, confirming, confirm: start, close: () => setConfirming(null) }
}
