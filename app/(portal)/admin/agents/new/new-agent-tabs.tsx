import { LinkTabs } from '@/components/ui/link-tabs'

/** Two ways to the same thing: most hosts take the first. */
export function NewAgentTabs({ current }: { current: 'line' | 'by-hand' }) {
  return (
    <LinkTabs
      label="Ways to add an agent"
      className="mb-5"
      tabs={[
        { href: '/admin/agents/new', label: 'By one line', current: current === 'line' },
        { href: '/admin/agents/new/by-hand', label: 'By hand', current: current === 'by-hand' },
      ]}
    />
  )
}
