'use client'
import { useFormContext, useWatch } from 'react-hook-form'
import { NumberInput } from '@/components/ui/number-input'
import { Switch } from '@/components/ui/switch'
import { formatBytes, formatCount, formatCpu } from '@/lib/client/format'
import { type NotReady, readyBlocks, readyCounts, readyTotal, whyNotReady } from '@/lib/domain/ready-sessions'
import { fieldLabels } from './field-words'
import { FormField } from './form-field'
import { type ImageField, type ImageForm, isBlankPair } from './image-form-values'
import { ReadyGroups } from './ready-groups'

/** How many desktops run before anybody asks for them, what that costs, and why some workspaces cannot have any. */
export function ReadyFields() {
  const { control, trigger } = useFormContext<ImageForm>()
  const form = useWatch({ control }) as ImageForm
  const against = whyNotReady({ ...form, gpuCount: form.gpuCount ?? 1, volumes: form.volumes as never })
  // Whether ready sessions are possible is said at the fields that decide it.
  const recheck = () => void trigger(['homePolicy', 'volumes', 'gpuCount', 'readyGpus', 'readyByGroup'])
  return (
    <div className="grid gap-5 rounded-md border border-line p-4 sm:grid-cols-2">
      <FormField
        name="readySessions"
        hint="So many desktops run before anybody asks, nobody’s: a launch takes one in under half a second, and another is started. They stand wherever the workspace may run. 0: none."
      >
        {({ wiring, input }) => (
          <NumberInput
            {...wiring}
            name={input.name}
            inputMode="numeric"
            min={0}
            max={50}
            step={1}
            unit="sessions"
            value={input.value ?? ''}
            onBlur={input.onBlur}
            onChange={(event) => {
              input.onChange(event.target.value === '' ? null : Number(event.target.value))
              recheck()
            }}
          />
        )}
      </FormField>
      <FormField name="readyGpus" bare>
        {({ input: { value, onChange, ...input } }) => (
          <Switch
            {...input}
            disabled={!form.requireGpu}
            checked={value}
            onChange={(event) => {
              onChange(event)
              recheck()
            }}
            label={<span className="font-medium">{fieldLabels.readyGpus}</span>}
            hint={
              form.requireGpu
                ? 'They keep GPUs from nobody who launches: such a session ends at once when a launch needs its GPUs.'
                : 'Only matters with “Require GPU”.'
            }
          />
        )}
      </FormField>
      <ReadyGroups onChanged={recheck} />
      <div className="sm:col-span-2" aria-live="polite">
        {against.length > 0 ? <Against against={against} /> : <Blocks form={form} />}
      </div>
    </div>
  )
}

function Against({ against }: { against: readonly NotReady[] }) {
  const fields = [...new Map(against.map(({ path, message }) => [path[0] as ImageField, message]))]
  return (
    <div className="text-muted text-xs">
      <p>This workspace cannot have ready sessions as it is:</p>
      <ul className="mt-1 list-disc pl-5">
        {fields.map(([field, message]) => (
          <li key={field}>
            <span className="font-medium text-ink">{fieldLabels[field]}</span>: {message}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Blocks({ form }: { form: ImageForm }) {
  const { cpuMillis, memoryBytes, requireGpu, gpuCount } = form
  const counts = readyCounts(countsIn(form))
  const total = readyTotal(countsIn(form))
  if (total === 0 || cpuMillis === null || memoryBytes === null) return null
  const blocks = readyBlocks(total, { cpuMillis, memoryBytes, requireGpu, gpuCount: gpuCount ?? 0 })
  const anywhere = form.agentGroup.trim() === '' ? 'the fleet' : `the group ${form.agentGroup.trim()}`
  const where = `of ${counts.map(({ group, count }) => `${group ?? anywhere}${counts.length > 1 ? ` (${count})` : ''}`).join(', ')}`
  const what = [formatCpu(blocks.cpuMillis), formatBytes(blocks.memoryBytes), blocks.gpus > 0 && formatCount(blocks.gpus, 'GPU')]
  const hasZone = form.environment.some((pair) => !isBlankPair(pair) && pair.key.trim() === 'TZ')
  return (
    <div className="flex flex-col gap-1 text-xs">
      <p className={blocks.gpus > 0 ? 'text-warn' : 'text-muted'}>
        <span className="font-medium">
          {total} × {formatCpu(cpuMillis)}, {formatBytes(memoryBytes)}
          {requireGpu && `, ${formatCount(gpuCount ?? 0, 'GPU')}`} = {what.filter(Boolean).join(', ')}
        </span>{' '}
        {where} are held while nobody works there. They are given up when a launch needs them.
      </p>
      <p className="text-muted">
        All sessions of this workspace go by{' '}
        {hasZone ? 'the time zone in its variable TZ' : 'UTC, or the time zone in a variable TZ'}: a desktop that runs already
        cannot learn its user’s.
      </p>
    </div>
  )
}

/** What is half typed counts as nothing yet. */
function countsIn({ readySessions, readyByGroup }: ImageForm) {
  return {
    readySessions: readySessions ?? 0,
    readyByGroup: readyByGroup.map(({ group, count }) => ({ group: group.trim() || '…', count: count ?? 0 })),
  }
}
