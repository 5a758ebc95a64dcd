'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ConfirmDialog, type ConfirmOutcome } from '@/components/ui/confirm-dialog'
import { Field } from '@/components/ui/field'
import { NumberInput } from '@/components/ui/number-input'
import { Switch } from '@/components/ui/switch'
import type { GpuPatch, GpuTile } from '@/lib/domain/gpu-view'
import { ruleWords } from './gpu-rule-words'

type GpuRulesCardProps = { gpu: GpuTile; edit: (patch: GpuPatch) => Promise<ConfirmOutcome> }

/** What an administrator decides about it. Each change says first what it does, and to whom. */
export function GpuRulesCard({ gpu, edit }: GpuRulesCardProps) {
  const [asked, setAsked] = useState<GpuPatch | null>(null)
  const words = asked && ruleWords(gpu, asked)
  return (
    <Card title="How it is handed out">
      <div className="flex flex-col gap-4">
        <Switch
          label="Hand it out"
          hint="Off: no new session is given it. Who holds it keeps it."
          checked={!gpu.excluded}
          onChange={() => setAsked({ excluded: !gpu.excluded })}
        />
        <Switch
          label="Hand it out although it is busy outside Berth"
          hint="A GPU whose memory is used while no session holds it is otherwise left alone."
          checked={gpu.allowBusyOutside}
          onChange={() => setAsked({ allowBusyOutside: !gpu.allowBusyOutside })}
        />
        <SharesForm key={gpu.shares} gpu={gpu} onAsk={(shares) => setAsked({ shares })} />
      </div>
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        tone={words?.tone ?? 'normal'}
        title={words?.title ?? ''}
        confirmLabel={words?.confirmLabel ?? ''}
        pendingLabel="Saving…"
        items={words?.holders ?? []}
        onConfirm={() => (asked ? edit(asked) : undefined)}
      >
        {words?.text}
      </ConfirmDialog>
    </Card>
  )
}

function SharesForm({ gpu, onAsk }: { gpu: GpuTile; onAsk: (shares: number) => void }) {
  const [text, setText] = useState(String(gpu.shares))
  const shares = Number(text)
  const isValid = Number.isInteger(shares) && shares >= 1 && shares <= 32
  return (
    <form
      className="flex items-start gap-2"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (isValid && shares !== gpu.shares) onAsk(shares)
      }}
    >
      <Field
        label="Sessions at once"
        hint="More than one share it without isolation: each sees all of it."
        error={isValid ? null : 'A whole number from 1 to 32.'}
        className="w-60"
      >
        <NumberInput value={text} min={1} max={32} inputMode="numeric" onChange={(event) => setText(event.target.value)} />
      </Field>
      <Button type="submit" disabled={!isValid || shares === gpu.shares} className="mt-6.5">
        Change
      </Button>
    </form>
  )
}
