import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { FactList } from '@/components/ui/fact-list'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCpu, formatDuration } from '@/lib/client/format'
import type { AgentDetail } from '@/lib/domain/agent-view'
import type { CertificateEnds } from '@/lib/domain/certificate-ends'
import { reachWords } from './agent-status'

export function AgentFacts({ agent }: { agent: AgentDetail }) {
  const when = (time: string | null) => (time ? <RelativeTime time={time} /> : 'never')
  const set = (text: string | null) => text ?? 'not set'
  return (
    <Card title="About it">
      <FactList
        facts={[
          {
            label: 'Engine',
            value: agent.engineVersion ? `Docker ${agent.engineVersion} (API ${agent.apiVersion ?? '?'})` : 'not known yet',
          },
          {
            label: 'Host',
            value: [agent.engineName, agent.os, agent.architecture].filter(Boolean).join(', ') || 'not known yet',
          },
          { label: 'Last seen', value: when(agent.lastSeenAt) },
          { label: 'Answers within', value: agent.latencyMs === null ? 'not known yet' : formatDuration(agent.latencyMs) },
          { label: 'Last inventory', value: when(agent.inventoriedAt) },
          { label: 'Groups', value: agent.groups.length > 0 ? <Names names={agent.groups} /> : 'none' },
          { label: 'Sessions are reached', value: reachWords(agent.reachedBy) },
          { label: 'NVIDIA runtime', value: agent.hasNvidiaRuntime ? 'Docker lists it' : 'Docker does not list it' },
          { label: 'NVIDIA driver', value: agent.gpuList.find((gpu) => gpu.driverVersion)?.driverVersion ?? 'not known' },
          { label: 'Compute capability', value: capabilities(agent) },
          { label: 'CUDA', value: agent.cudaVersion ?? 'not known' },
          { label: 'Container toolkit', value: agent.toolkitVersion ?? 'not known' },
          { label: 'GPUs expected', value: agent.gpusExpected ?? 'not set' },
          { label: 'CPU override', value: set(agent.cpuMillisOverride === null ? null : formatCpu(agent.cpuMillisOverride)) },
          {
            label: 'Memory override',
            value: set(agent.memoryBytesOverride === null ? null : formatBytes(agent.memoryBytesOverride)),
          },
          { label: 'Ports published at', value: set(agent.publishAddress) },
          { label: 'Declared directories', value: agent.bindPaths.length > 0 ? <Paths paths={agent.bindPaths} /> : 'none' },
          ...(agent.kind === 'tcp' ? [{ label: 'TLS server name', value: set(agent.serverName) }] : []),
          ...(agent.certificates ? certificateFacts(agent.certificates) : []),
        ]}
      />
    </Card>
  )
}

function certificateFacts({ serverEndsAt, clientEndsAt, caEndsAt, renewedByItself }: CertificateEnds) {
  const until = (time: string | null) => (time ? <RelativeTime time={time} /> : 'not known yet')
  return [
    { label: 'Engine’s certificate ends', value: until(serverEndsAt) },
    { label: 'Portal’s certificate ends', value: until(clientEndsAt) },
    { label: 'Their CA ends', value: until(caEndsAt) },
    { label: 'Renewed', value: renewedByItself ? 'by the host and the portal themselves' : 'by hand' },
  ]
}

function Names({ names }: { names: string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {names.map((name) => (
        <Badge key={name}>{name}</Badge>
      ))}
    </span>
  )
}

function Paths({ paths }: { paths: string[] }) {
  return (
    <ul className="font-mono text-xs leading-5">
      {paths.map((path) => (
        <li key={path}>{path}</li>
      ))}
    </ul>
  )
}

function capabilities({ gpuList }: AgentDetail): string {
  return [...new Set(gpuList.flatMap((gpu) => gpu.computeCapability ?? []))].join(', ') || 'not known'
}
