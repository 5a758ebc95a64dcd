'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/lib/client/use-action'
import type { ActionResult } from '@/lib/domain/failure'
import { launchAnswered, launchKey } from './launch-key'

export type LaunchAction = (input: {
  imageId: string
  idempotencyKey?: string
  timezone?: string
  gpuCount?: number
}) => Promise<ActionResult<{ id: string }>>

/** With 0 GPUs the size is the workspace's own. */
export type Launch = { launch: (imageId: string, gpuCount: number) => void; launching: string | null }

export function useLaunch(action: LaunchAction): Launch {
  const router = useRouter()
  const [imageId, setImageId] = useState<string | null>(null)
  const call = useAction(twice(action), {
    onSuccess: ({ id }) => router.push(`/sessions/${id}`),
    onFailure: (failure) => {
      setImageId(null)
      toast.failure(failure)
    },
  })

  async function launch(wanted: string, gpuCount: number) {
    if (imageId !== null) return
    setImageId(wanted)
    const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions()
    const size = gpuCount > 0 ? { gpuCount } : {}
    const result = await call.run({
      imageId: wanted,
      idempotencyKey: launchKey(wanted),
      ...(timezone ? { timezone } : {}),
      ...size,
    })
    launchAnswered(wanted, result.ok ? null : result)
  }

  return { launch: (wanted, gpuCount) => void launch(wanted, gpuCount), launching: imageId }
}

/** Once more where no answer came: the same key makes the same session, so nothing is launched twice. */
function twice(action: LaunchAction): LaunchAction {
  return async (input) => {
    try {
      return await action(input)
    } catch (error) {
      // Next's own errors, such as a redirect, carry a digest and are no silence.
      if (error instanceof Error && 'digest' in error) throw error
      return action(input)
    }
  }
}
