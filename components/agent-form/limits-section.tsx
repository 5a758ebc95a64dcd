'use client'
import { LineList } from '@/components/form/line-list'
import { ScaledNumberInput } from '@/components/form/scaled-number-input'
import { ByteSizeInput } from '@/components/ui/byte-size-input'
import { Input } from '@/components/ui/input'
import { formatBytes, formatCount, formatCpu } from '@/lib/client/format'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { AgentField } from './agent-field'

/** What sessions may have of the host: less than it has, more than it has, and which of its directories. */
export function LimitsSection({ agent }: { agent: AgentDetail | null }) {
  const real = (text: string) =>
    agent && text !== '–' ? `The host has ${text}.` : 'The host’s own number is read when it is first seen.'
  return (
    <>
      <AgentField
        name="cpuMillisOverride"
        label="CPU for sessions"
        hint={`Empty: all of it. Less leaves room for other work, more overbooks. ${real(formatCpu(agent?.cpuMillis.real))}`}
      >
        {({ wiring, input }) => (
          <ScaledNumberInput
            {...wiring}
            value={input.value}
            onChange={input.onChange}
            onBlur={input.onBlur}
            scale={1000}
            unit="cores"
            placeholder="all"
          />
        )}
      </AgentField>
      <AgentField
        name="memoryBytesOverride"
        label="Memory for sessions"
        hint={`Empty: all of it. Overbooked memory can end programs on the host. ${real(formatBytes(agent?.memoryBytes.real))}`}
      >
        {({ wiring, input }) => (
          <ByteSizeInput {...wiring} value={input.value} onChange={input.onChange} onBlur={input.onBlur} placeholder="all" />
        )}
      </AgentField>
      <AgentField
        name="gpusExpected"
        label="GPUs it should have"
        hint={`Empty: whatever it has. Fewer than this are a warning on its page, with what to look at. ${seenGpus(agent)}`}
      >
        {({ wiring, input }) => (
          <ScaledNumberInput
            {...wiring}
            value={input.value}
            onChange={input.onChange}
            onBlur={input.onBlur}
            scale={1}
            step={1}
            min={0}
            unit="GPUs"
            placeholder="any"
          />
        )}
      </AgentField>
      <AgentField
        name="bindPaths"
        as="group"
        label="Directories that workspaces may mount"
        hint="Of this host, with everything below them. System directories are refused. A workspace that mounts one runs only on agents that declare it."
      >
        {({ input, at }) => (
          <LineList
            value={input.value}
            onChange={input.onChange}
            thing="directory"
            placeholder="/srv/datasets"
            max={50}
            problemOf={(index) => at[String(index)]}
          />
        )}
      </AgentField>
      <AgentField
        name="publishAddress"
        label="Address of published ports"
        hint="An address that this host has, on which the ports of its sessions are published and reached, if not the one above: of an inner network, for example."
      >
        {({ wiring, input }) => (
          <Input {...wiring} {...input} placeholder="the host’s own" autoComplete="off" spellCheck={false} />
        )}
      </AgentField>
    </>
  )
}

function seenGpus(agent: AgentDetail | null): string {
  return agent?.inventoriedAt ? `${formatCount(agent.gpus.total, 'GPU')} seen so far.` : ''
}
