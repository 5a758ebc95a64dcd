'use client'
import { Search } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { FormField } from './form-field'
import { ReferenceVerdictLine } from './reference-verdict-line'
import { useReferenceCheck } from './use-reference-check'

export function ReferenceField({ className }: { className?: string }) {
  return (
    <FormField
      name="reference"
      required
      {...(className ? { className } : {})}
      hint="What agents run: registry/path:tag, or @sha256:… to hold one exact build. It needs KasmVNC’s contract: HTTPS on port 6901."
    >
      {({ wiring, input }) => <CheckedReference wiring={wiring} input={input} />}
    </FormField>
  )
}

type CheckedReferenceProps = {
  wiring: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }
  input: { value: string; onChange: (text: string) => void; onBlur: () => void; name: string }
}

function CheckedReference({ wiring, input }: CheckedReferenceProps) {
  const { state, check, soon } = useReferenceCheck()
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
      <ReferenceVerdictLine state={state} />
    </>
  )
}
