import type { Metadata } from 'next'
import { HealthFindings } from '@/components/fleet/health-findings'
import { PageHeader } from '@/components/ui/page-header'
import { readHealth } from '@/lib/use-cases/read-health'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Health' }

export default async function HealthPage() {
  const actor = await requirePageActor({ permission: 'fleet:view' })
  const { database, agents, findings } = await pageData(readHealth(deps(), actor))
  return (
    <>
      <PageHeader
        title="Health"
        description="What is wrong with this installation, and what to do. Looked at when the page opens."
      />
      <div className="flex flex-col gap-5">
        <HealthFindings findings={findings} />
        <p className="text-muted tabular-nums">
          PostgreSQL {database.version} answered in {Math.max(1, Math.round(database.latencyMs))} ms. Agents: {agents}.
        </p>
      </div>
    </>
  )
}
