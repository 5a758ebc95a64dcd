'use client'
import { ShieldAlert } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { differsSentence } from './image-differences'
import { useImageFormContext } from './image-form-context'

type ReviewSectionProps = {
  privileges: readonly string[]
  /** Some of them are new since the last save: they must be confirmed. */
  mustConfirm: boolean
  confirmed: boolean
  onConfirm: (confirmed: boolean) => void
  /** Save was pressed without it. */
  asked: boolean
}

/** What a save would mean, at the end of the form: what differs from the parent, and what raises privilege. */
export function ReviewSection(props: ReviewSectionProps) {
  const { parent } = useImageFormContext()
  return (
    <section
      id="review"
      aria-labelledby="review-title"
      className="flex scroll-mt-20 flex-col gap-4 rounded-lg border border-line bg-surface p-4 shadow-card sm:p-5"
    >
      <h2 id="review-title" className="font-semibold">
        Before saving
      </h2>
      {props.privileges.length > 0 ? (
        <Privileges {...props} />
      ) : (
        <p className="text-muted">Nothing here gives a session more than an ordinary desktop has.</p>
      )}
      {parent && <DifferenceList />}
    </section>
  )
}

function Privileges({ privileges, mustConfirm, confirmed, onConfirm, asked }: ReviewSectionProps) {
  return (
    <div className="rounded-lg border border-warn-line bg-warn-soft p-3.5">
      <p className="flex items-center gap-2 font-medium text-warn">
        <ShieldAlert aria-hidden="true" className="size-4 shrink-0" />
        More than an ordinary desktop may do
      </p>
      <ul className="mt-2 list-disc pl-6 [overflow-wrap:anywhere]">
        {privileges.map((privilege) => (
          <li key={privilege}>{privilege}</li>
        ))}
      </ul>
      {mustConfirm && (
        <div className="mt-3 border-warn-line border-t pt-3">
          <Checkbox
            id="confirm-privileges"
            label="I want everyone who launches this to have that"
            checked={confirmed}
            aria-invalid={asked && !confirmed ? true : undefined}
            aria-describedby={asked && !confirmed ? 'confirm-privileges-asked' : undefined}
            onChange={(event) => onConfirm(event.target.checked)}
          />
          {asked && !confirmed && (
            <p id="confirm-privileges-asked" role="alert" className="mt-1 text-danger text-xs">
              Confirm this before saving, or take it out above.
            </p>
          )}
        </div>
      )}
    </div>
  )
}

function DifferenceList() {
  const { parent, differences, takeParents } = useImageFormContext()
  if (!parent) return null
  const list = [...differences.values()]
  return (
    <div>
      <p className="font-medium">{differsSentence(list.length, parent.name)}</p>
      {list.length > 0 && (
        <table className="mt-2 w-full text-left text-xs">
          <thead className="text-muted max-sm:sr-only">
            <tr>
              <th className="py-1 pr-4 font-medium">Field</th>
              <th className="py-1 pr-4 font-medium">{parent.name}</th>
              <th className="py-1 pr-4 font-medium">Here</th>
              <th>
                <span className="sr-only">Undo</span>
              </th>
            </tr>
          </thead>
          <tbody className="[overflow-wrap:anywhere]">
            {list.map((difference) => (
              <tr
                key={difference.field}
                className="align-top max-sm:grid max-sm:grid-cols-2 max-sm:py-1.5 sm:[&>td]:border-line sm:[&>td]:border-t"
              >
                <td className="py-1.5 pr-4 font-medium max-sm:col-span-2 max-sm:py-0">{difference.label}</td>
                <td className="py-1.5 pr-4 text-muted max-sm:py-0.5">
                  <span className="sm:sr-only">There: </span>
                  {difference.parent}
                </td>
                <td className="py-1.5 pr-4 max-sm:py-0.5">
                  <span className="text-muted sm:sr-only">Here: </span>
                  {difference.own}
                </td>
                <td className="py-1 text-right max-sm:col-span-2 max-sm:text-left">
                  <Button size="sm" variant="ghost" onClick={() => takeParents(difference.field)}>
                    Take the parent’s<span className="sr-only"> value for {difference.label}</span>
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
