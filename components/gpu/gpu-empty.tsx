import { Microchip, SearchX } from 'lucide-react'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'

/** No agent has a GPU: what to do about it. */
export function NoGpus() {
  return (
    <EmptyState
      icon={<Microchip aria-hidden="true" />}
      title="No agent has a GPU yet"
      action={
        <>
          <LinkButton href="/admin/agents" variant="primary">
            Look at the agents
          </LinkButton>
          <LinkButton href="/admin/agents/new">Add an agent</LinkButton>
        </>
      }
    >
      GPUs appear here by themselves once their host has the NVIDIA driver and the NVIDIA Container Toolkit, and its Docker lists
      the nvidia runtime. Nothing of Berth is installed there. If a host should have some, set how many on its edit page: its own
      page then says what is missing. All of this is in <code className="text-xs">docs/gpu-diagnosis.md</code>.
    </EmptyState>
  )
}

export function NoSuchGpus() {
  return (
    <EmptyState
      icon={<SearchX aria-hidden="true" />}
      title="Nothing matches"
      action={<LinkButton href="/admin/gpus">Show all</LinkButton>}
    >
      No GPU of the fleet is of this agent, model and state now.
    </EmptyState>
  )
}
