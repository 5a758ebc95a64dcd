import { CircleAlert, CircleCheck, PencilLine } from 'lucide-react'
import type { ImageField } from './image-form-values'

type FormStatusProps = { wrong: readonly ImageField[]; differs: number; unsaved: boolean }

/** One line in the save bar: the most pressing thing first. */
export function FormStatus({ wrong, differs, unsaved }: FormStatusProps) {
  return (
    <p role="status" className="flex flex-wrap items-center gap-x-4 gap-y-0.5">
      {wrong.length > 0 ? (
        <span className="flex items-center gap-1.5 text-danger">
          <CircleAlert aria-hidden="true" className="size-3.5" />
          {wrong.length === 1 ? '1 field to correct' : `${wrong.length} fields to correct`}
        </span>
      ) : unsaved ? (
        <span className="flex items-center gap-1.5 text-muted">
          <PencilLine aria-hidden="true" className="size-3.5" />
          Not saved yet
        </span>
      ) : (
        <span className="flex items-center gap-1.5 text-muted">
          <CircleCheck aria-hidden="true" className="size-3.5" />
          No changes
        </span>
      )}
      {differs > 0 && (
        <a href="#review" className="text-accent-ink underline-offset-2 hover:underline">
          {differs === 1 ? '1 field differs' : `${differs} fields differ`} from its parent
        </a>
      )}
    </p>
  )
}
