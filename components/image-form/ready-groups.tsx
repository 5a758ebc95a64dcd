'use client'
import { useId } from 'react'
import { RowList } from '@/components/form/row-list'
import { Input } from '@/components/ui/input'
import { NumberInput } from '@/components/ui/number-input'
import { FormField } from './form-field'
import { useImageFormContext } from './image-form-context'
import type { ReadyGroupRow } from './image-form-values'

/** How many more are ready on the agents of one group: a launch takes any, so this says where they hold what they hold. */
export function ReadyGroups({ onChanged }: { onChanged: () => void }) {
  const { known } = useImageFormContext()
  const listId = useId()
  return (
    <FormField
      name="readyByGroup"
      as="group"
      className="sm:col-span-2"
      hint="So many more on agents with that label, so that each kind of host has some, or only some kinds have any."
    >
      {({ input, at }) => (
        <>
          <RowList<ReadyGroupRow>
            rows={input.value}
            onChange={(rows) => {
              input.onChange(rows)
              onChanged()
            }}
            blank={() => ({ group: '', count: 1 })}
            thing="group"
            max={20}
            problemOf={(index) => at[`${index}.group`] ?? at[`${index}.count`] ?? unknownWords(known.groups, input.value[index])}
          >
            {(row, update, index) => (
              <div className="grid max-w-xl grid-cols-[minmax(0,1fr)_10rem] gap-1.5">
                <Input
                  aria-label={`Agent group ${index + 1} of ready sessions`}
                  aria-invalid={at[`${index}.group`] ? true : undefined}
                  value={row.group}
                  list={listId}
                  placeholder="group"
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => update({ group: event.target.value })}
                />
                <NumberInput
                  aria-label={`Ready sessions of agent group ${index + 1}`}
                  inputMode="numeric"
                  min={1}
                  max={50}
                  step={1}
                  unit="sessions"
                  value={row.count ?? ''}
                  onChange={(event) => update({ count: event.target.value === '' ? null : Number(event.target.value) })}
                />
              </div>
            )}
          </RowList>
          <datalist id={listId}>
            {known.groups.map((group) => (
              <option key={group} value={group} />
            ))}
          </datalist>
        </>
      )}
    </FormField>
  )
}

function unknownWords(groups: readonly string[], row: ReadyGroupRow | undefined): string | undefined {
  const group = row?.group.trim()
  return group && !groups.includes(group) ? 'No agent carries this label yet, so none is ready there.' : undefined
}
