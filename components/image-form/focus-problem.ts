// Brings the reader to what is wrong: the first field in the form's order, and the control in it that is marked.
import { imageFields } from './image-form-values'

export function focusFirstProblem(fields: readonly string[]): void {
  const first = imageFields.find((field) => fields.includes(field))
  const box = first && document.querySelector<HTMLElement>(`[data-field="${first}"]`)
  if (!box) return
  box.querySelector('details')?.setAttribute('open', '')
  const wanted = '[aria-invalid="true"]:not(:disabled), input:not(:disabled):not([type="file"]), textarea, select, button'
  box.querySelector<HTMLElement>('[aria-invalid="true"]:not(:disabled)')?.focus() ??
    box.querySelector<HTMLElement>(wanted)?.focus()
  box.scrollIntoView({ block: 'center' })
}
