'use client'
import { Cable, LoaderCircle } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { FactList } from '@/components/ui/fact-list'
import { Notice } from '@/components/ui/notice'
import type { ConnectionResult } from '@/lib/client/check-agent'
import { formatBytes, formatCount } from '@/lib/client/format'
import { type AgentConnectionAnswer, desktopsInWords } from '@/lib/domain/agent-connection'
import type { EngineFacts } from '@/lib/domain/container-host'
import { HostKeyNotice } from './host-key-notice'

export type CheckConnection = (signal: AbortSignal) => Promise<ConnectionResult>

type ConnectionCheckProps = {
  /** What there is to try, as text: another one is tried anew. Null while it is not complete. */
  endpoint: string | null
  /** As it is stored: nobody asked for that to be tried. */
  stored: string | null
  check: CheckConnection
  /** By the button alone: it marks what is missing. Whether something can be tried. */
  prepare: () => Promise<boolean>
  confirmedHostKey: string
  confirmHostKey: (fingerprint: string) => void
}

/** After the last keystroke. */
const settleMs = 800

/** Tries the connection while it is filled in; a change gives up the try before. */
export function ConnectionCheck(props: ConnectionCheckProps) {
  const { endpoint, stored, check, prepare } = props
  const [pending, setPending] = useState(false)
  const [result, setResult] = useState<ConnectionResult | null>(null)
  const running = useRef<AbortController | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const asked = useRef(false)

  useEffect(() => {
    // Whoever pressed the button sees the answer, also where it would come up under the bar at the foot; nobody who types is moved.
    if (result !== null && asked.current) box.current?.scrollIntoView({ block: 'nearest' })
    if (result !== null) asked.current = false
  }, [result])

  async function run() {
    running.current?.abort()
    const mine = new AbortController()
    running.current = mine
    setPending(true)
    setResult(null)
    try {
      const found = await check(mine.signal)
      if (running.current === mine) setResult(found)
    } catch {
      // Given up.
    } finally {
      if (running.current === mine) setPending(false)
    }
  }

  async function askedFor() {
    if (!(await prepare())) return
    asked.current = true
    await run()
  }

  function cancel() {
    running.current?.abort()
    running.current = null
    setPending(false)
  }

  const runAlone = useEffectEvent(() => void run())
  useEffect(() => {
    // What was found out about one endpoint must not stand below another.
    setResult(null)
    if (endpoint === null || endpoint === stored) return
    const timer = setTimeout(runAlone, settleMs)
    return () => {
      clearTimeout(timer)
      running.current?.abort()
      running.current = null
      setPending(false)
    }
  }, [endpoint, stored])

  return (
    <div
      ref={box}
      className="flex scroll-mb-20 flex-col items-start gap-3 sm:col-span-2"
      data-connection={pending ? 'checking' : 'still'}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => void askedFor()} disabled={pending}>
          <Cable aria-hidden="true" />
          Test connection
        </Button>
        {pending && (
          <Button variant="ghost" onClick={cancel}>
            Cancel the test
          </Button>
        )}
        <span role="status" className="flex items-center gap-1.5 text-muted text-xs">
          {pending && (
            <>
              <LoaderCircle aria-hidden="true" className="size-3.5 animate-spin motion-reduce:animate-none" />
              Connecting…
            </>
          )}
          {!pending && endpoint === null && 'It is tried as soon as everything above is filled in.'}
        </span>
      </div>
      {result && <CheckResult result={result} {...props} />}
    </div>
  )
}

type CheckResultProps = Pick<ConnectionCheckProps, 'confirmedHostKey' | 'confirmHostKey'> & { result: ConnectionResult }

function CheckResult({ result, confirmedHostKey, confirmHostKey }: CheckResultProps) {
  if (!result.ok) return <Problem title={result.message} hint={result.hint} />
  const { data } = result
  if (data.ok) return <Connected facts={data.facts} desktops={data.desktops} />
  if (data.hostKey) return <HostKeyNotice seen={data.hostKey} confirmed={confirmedHostKey} confirm={confirmHostKey} />
  return <Problem title={data.problem} hint={data.hint} />
}

function Problem({ title, hint }: { title: string; hint: string | null | undefined }) {
  return (
    <Notice tone="danger" title={title} live className="w-full">
      {hint}
    </Notice>
  )
}

type ConnectedProps = Pick<Extract<AgentConnectionAnswer, { ok: true }>, 'facts' | 'desktops'>

function Connected({ facts, desktops }: ConnectedProps) {
  const troubled = desktops?.reach === 'filtered' || desktops?.reach === 'not_its_address'
  return (
    <Notice tone={troubled ? 'warn' : 'ok'} title={`Connected to ${facts.name}`} live className="w-full">
      <FactList
        className="mt-2"
        facts={[...engineFacts(facts), ...(desktops ? [{ label: 'Desktops', value: desktopsInWords(desktops) }] : [])]}
      />
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
