'use client'
// A page that was opened before an upgrade speaks to a portal that has moved on: it says so and offers to load itself anew.
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

const everyMs = 60_000

export function UpgradeNotice({ version }: { version: string }) {
  const [isOutdated, setOutdated] = useState(false)
  useEffect(() => {
    const look = async () => {
      const current = document.visibilityState === 'visible' ? await readVersion() : null
      if (current !== null && current !== version) setOutdated(true)
    }
    const timer = setInterval(() => void look(), everyMs)
    const onVisible = () => void look()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [version])
  if (!isOutdated) return null
  const reload = (
    <Button size="sm" onClick={() => window.location.reload()}>
      Reload the page
    </Button>
  )
  return (
    <Notice tone="warn" live title="Berth was upgraded" action={reload}>
      This page is from before. Running desktops are not affected.
    </Notice>
  )
}

/** Null while the portal is away: an upgrade restarts it, and the page itself shows what it cannot reach. */
async function readVersion(): Promise<string | null> {
  try {
    const response = await fetch('/api/health', { cache: 'no-store', signal: AbortSignal.timeout(5_000) })
    const { version } = (await response.json()) as { version?: unknown }
    return response.ok && typeof version === 'string' ? version : null
  } catch {
    return null
  }
}
