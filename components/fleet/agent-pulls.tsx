import { Card } from '@/components/ui/card'
import { formatCount } from '@/lib/client/format'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { PullLine } from './pull-line'

/** Images on their way to this agent. Nothing at all where everything is there. */
export function AgentPulls({ pulls }: { pulls: AgentDetail['pulls'] }) {
  if (pulls.length === 0) return null
  const failed = pulls.filter((pull) => pull.state === 'failed').length
  const description = `${formatCount(pulls.length - failed, 'image')} coming${failed > 0 ? `, ${failed} could not be fetched` : ''}. At most two come at a time, and launches go first.`
  return (
    <Card title="Fetching images" description={description} flush>
      <ul>
        {pulls.map((pull) => (
          <PullLine
            key={pull.reference}
            label={pull.reference}
            name={<span className="font-mono text-xs">{pull.reference}</span>}
            pull={pull}
          />
        ))}
      </ul>
    </Card>
  )
}
