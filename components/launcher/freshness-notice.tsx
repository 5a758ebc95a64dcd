'use client'
import { Notice } from '@/components/ui/notice'
import { type Freshness, useFreshPage } from './use-fresh-page'

/** Keeps the launcher live, and says when it cannot. */
export function FreshnessNotice({ drawn }: { drawn: Freshness }) {
  const stale = useFreshPage({ path: '/api/portal/launcher', drawn, movingMs: 700, settledMs: 5_000 })
  if (!stale) return null
  return (
    <Notice tone="warn" live className="mb-6" title="The portal does not answer">
      What is shown may be old. Sessions go on meanwhile.
    </Notice>
  )
}
