'use client'
import { ArrowDownFromLine, ArrowLeftRight, ArrowUpFromLine, Ban } from 'lucide-react'
import type { ReactNode } from 'react'
import { RadioCards } from '@/components/ui/radio-cards'
import { type TransferPolicy, transferPolicies } from '@/lib/domain/transfer-policy'
import { policyWords } from './field-words'
import { FormField } from './form-field'
import { FormSection, wide } from './form-section'
import { sectionTitle } from './form-sections'

const icons: Record<TransferPolicy, ReactNode> = {
  both: <ArrowLeftRight aria-hidden="true" />,
  up: <ArrowUpFromLine aria-hidden="true" />,
  down: <ArrowDownFromLine aria-hidden="true" />,
  off: <Ban aria-hidden="true" />,
}

const clipboardHints: Record<TransferPolicy, string> = {
  both: 'Text can be copied and pasted in both directions.',
  up: 'Text can be pasted into the desktop, and nothing can be copied out of it.',
  down: 'Text can be copied out of the desktop, and nothing can be pasted into it.',
  off: 'The clipboards know nothing of each other.',
}

const fileHints: Record<TransferPolicy, string> = {
  both: 'Files go into Uploads, and come out of Uploads and Downloads.',
  up: 'Files go in, and none comes out.',
  down: 'Files come out, and none goes in.',
  off: 'There are no files on the session’s page.',
}

const cardsOf = (hints: Record<TransferPolicy, string>) =>
  transferPolicies.map((value) => ({ value, label: policyWords[value], hint: hints[value], icon: icons[value] }))

const cards = { clipboardPolicy: cardsOf(clipboardHints), filePolicy: cardsOf(fileHints) }

const explained = {
  clipboardPolicy:
    'Holds from the next start of a session on: the desktop itself refuses, whatever a page or a program of the viewer does. It keeps nobody from sending data out by the network.',
  filePolicy: 'Holds at once, also for sessions that run. Volumes, the network and the desktop’s own browser are not affected.',
}

export function ExchangeSection() {
  return (
    <FormSection
      id="exchange"
      title={sectionTitle('exchange')}
      description="What may go between the desktop and whoever looks at it."
    >
      {(['clipboardPolicy', 'filePolicy'] as const).map((name) => (
        <FormField key={name} name={name} as="group" className={wide} hint={explained[name]}>
          {({ input }) => (
            <RadioCards
              name={input.name}
              cards={cards[name]}
              value={input.value}
              onChange={(event) => input.onChange(event.target.value)}
              columns={2}
            />
          )}
        </FormField>
      ))}
    </FormSection>
  )
}
