'use client'
import { CircleAlert, CircleCheck, CircleHelp, Search } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { cn } from '@/lib/client/cn'
import { FormField } from './form-field'
import { useImageFormContext } from './image-form-context'
import { type CheckState, referenceVerdict } from './reference-verdict'
import { useReferenceCheck } from './use-reference-check'

export function ReferenceField({ className }: { className?: string }) {
  const { actions } = useImageFormContext()
  return (
    <FormField
      name="reference"
      required
      {...(className ? { className } : {})}
      hint="What agents run: registry/path:tag, or @sha256:… to hold one exact build. It needs KasmVNC’s contract: HTTPS on port 6901."
    >
      {({ wiring, input }) => <CheckedReference wiring={wiring} input={input} checkReference={actions.checkReference} />}
    </FormField>
  )
}

type CheckedReferenceProps = {
  wiring: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }
  input: { value: string; onChange: (text: string) => void; onBlur: () => void; name: string }
  checkReference: ReturnType<typeof useImageFormContext>['actions']['checkReference']
}

function CheckedReference({ wiring, input, checkReference }: CheckedReferenceProps) {
  const { state, check, soon } = useReferenceCheck(checkReference)
  return (
    <>
      <div className="flex gap-2">
        <Input
          {...wiring}
          aria-required
          name={input.name}
          value={input.value}
          placeholder="kasmweb/desktop:1.18.0"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className="font-mono"
          onChange={(event) => {
            input.onChange(event.target.value)
            soon(event.target.value)
          }}
          onBlur={() => {
            input.onBlur()
            check(input.value)
          }}
        />
        <Button pending={state.kind === 'asking'} pendingLabel="Checking…" onClick={() => check(input.value, true)}>
          <Search aria-hidden="true" />
          Check
        </Button>
      </div>
      <Verdict state={state} />
    </>
  )
}

const looks = {
  ok: { icon: CircleCheck, look: 'text-ok' },
  warn: { icon: CircleAlert, look: 'text-warn' },
  unknown: { icon: CircleHelp, look: 'text-muted' },
} as const

function Verdict({ state }: { state: CheckState }) {
  const verdict = referenceVerdict(state)
  const { icon: Icon, look } = looks[verdict?.tone ?? 'unknown']
  return (
    <p role="status" className={cn('flex items-start gap-1.5 text-xs [overflow-wrap:anywhere]', look, !verdict && 'hidden')}>
      <Icon aria-hidden="true" className="mt-px size-3.5 shrink-0" />
      {verdict?.text}
    </p>
  )
}
