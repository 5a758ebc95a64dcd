'use client'
import { Cable } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { FactList } from '@/components/ui/fact-list'
import { Notice } from '@/components/ui/notice'
import { formatBytes, formatCount } from '@/lib/client/format'
import type { EngineFacts } from '@/lib/domain/container-host'
import type { ActionResult } from '@/lib/domain/failure'

export type AgentCheck = { ok: true; facts: EngineFacts } | { ok: false; problem: string; hint: string | null }
export type CheckAgent = () => Promise<ActionResult<AgentCheck> | null>

/** Tries the endpoint as it stands in the form, before anything is saved. `check` answers null where the form is not valid yet. */
export function ConnectionCheck({ check }: { check: CheckAgent }) {
  const [pending, setPending] = useState(false)
  const [result, setResult] = useState<ActionResult<AgentCheck> | null>(null)

  async function test() {
    setPending(true)
    setResult(null)
    try {
      setResult(await check())
    } catch {
      setResult({ ok: false, code: 'unreachable', message: 'The portal did not answer.', hint: 'Try again.' })
    } finally {
      setPending(false)
    }
  }

  return (
    <div className="flex flex-col items-start gap-3 sm:col-span-2">
      <Button onClick={() => void test()} pending={pending} pendingLabel="Connecting…">
        <Cable aria-hidden="true" />
        Test connection
      </Button>
      {result && <CheckResult result={result} />}
    </div>
  )
}

function CheckResult({ result }: { result: ActionResult<AgentCheck> }) {
  if (!result.ok) {
    return (
      <Notice tone="danger" title={result.message} live className="w-full">
        {result.hint}
      </Notice>
    )
  }
  if (!result.data.ok) {
    return (
      <Notice tone="danger" title={result.data.problem} live className="w-full">
        {result.data.hint}
      </Notice>
    )
  }
  const { facts } = result.data
  return (
    <Notice tone="ok" title={`Connected to ${facts.name}`} live className="w-full">
      <FactList className="mt-2" facts={engineFacts(facts)} />
      {facts.warnings.length > 0 && (
        <ul className="mt-2 list-disc pl-5 text-xs">
          {facts.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </Notice>
  )
}

function engineFacts(facts: EngineFacts) {
  return [
    { label: 'Engine', value: `Docker ${facts.engineVersion} (API ${facts.apiVersion})` },
    { label: 'System', value: `${facts.os}, ${facts.architecture}` },
    { label: 'Capacity', value: `${formatCount(facts.cpuCount, 'core')}, ${formatBytes(facts.memoryBytes)} of memory` },
    { label: 'NVIDIA runtime', value: facts.hasNvidiaRuntime ? 'listed' : 'not listed: no GPUs here' },
  ]
}
