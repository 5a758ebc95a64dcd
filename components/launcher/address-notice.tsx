'use client'
import { useEffect, useState } from 'react'
import { buttonLook } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { type AddressProblem, addressProblem } from './address-problem'

/** Says before anything is launched that a desktop could not be shown here, and where it could. */
export function AddressNotice({ publicOrigin }: { publicOrigin: string }) {
  const [problem, setProblem] = useState<AddressProblem | null>(null)
  // Only the browser knows how it came here: a proxy may have rewritten everything that the server sees.
  useEffect(
    () => setProblem(addressProblem({ origin: window.location.origin, isSecure: window.isSecureContext }, publicOrigin)),
    [publicOrigin],
  )
  if (!problem) return null
  return (
    <Notice
      tone="danger"
      live
      title={problem.title}
      className="mb-6"
      action={
        problem.openInstead && (
          <a href={problem.openInstead} className={buttonLook({ size: 'sm' })}>
            Open {problem.openInstead}
          </a>
        )
      }
    >
      {problem.text}
    </Notice>
  )
}
