import { sessionLook } from '@/components/session/session-look'
import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { StatePill } from '@/components/ui/state-pill'
import type { FleetOverview } from '@/lib/domain/agent-view'
import { sessionStates } from '@/lib/domain/session-lifecycle'
import { ownerWords } from '@/lib/domain/session-owner'
import { agentLooks } from './agent-status'
import { restingSession } from './resting-session'

const shownStandings = ['up', 'slow', 'drained', 'unreachable', 'new', 'disabled'] as const

/** How many of each, with the words and shapes that the lists use. */
export function FleetCounts({ fleet }: { fleet: FleetOverview }) {
  const agents = shownStandings.map((standing) => ({ look: agentLooks[standing], count: fleet.agents[standing] }))
  const sessions = sessionStates
    .filter((state) => (fleet.sessionsByState[state] ?? 0) > 0)
    .map((state): Count => ({ look: sessionLook(restingSession(state)), count: fleet.sessionsByState[state] ?? 0 }))
  if (fleet.ready > 0) sessions.push({ look: { label: ownerWords(null), icon: 'ok', tone: 'neutral' }, count: fleet.ready })
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <Card title="Agents" action={<All href="/admin/agents" />}>
        <Counts counts={agents.filter((one) => one.count > 0)} none="No agent is registered." />
      </Card>
      <Card title="Sessions" action={<All href="/admin/sessions" />}>
        <Counts counts={sessions} none="Nobody has a session now." />
      </Card>
    </div>
  )
}

type Count = {
  look: { label: string; icon: Parameters<typeof StatePill>[0]['icon']; tone: Parameters<typeof StatePill>[0]['tone'] }
  count: number
}

function Counts({ counts, none }: { counts: Count[]; none: string }) {
  if (counts.length === 0) return <p className="text-muted">{none}</p>
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-3">
      {counts.map(({ look, count }) => (
        <li key={look.label} className="flex items-center gap-2">
          <span className="font-semibold text-xl tabular-nums">{count}</span>
          <StatePill label={look.label} icon={look.icon} {...(look.tone ? { tone: look.tone } : {})} look="plain" />
        </li>
      ))}
    </ul>
  )
}

function All({ href }: { href: string }) {
  return (
    <AppLink href={href} className="text-accent-ink text-xs hover:underline">
      Show all
    </AppLink>
  )
}
