// Brings the reader to what is wrong: the first of these fields as the page has them, and the control in it that is marked.
// A field's box carries its name as data-field.

const anyControl =
  'input:not(:disabled):not([type="file"]), textarea:not(:disabled), select:not(:disabled), button:not(:disabled)'

export function focusFirstProblem(fields: readonly string[]): void {
  const boxes = [...document.querySelectorAll<HTMLElement>('[data-field]')]
  const first = boxes.find((box) => fields.includes(box.dataset.field ?? ''))
  if (!first) return
  first.querySelector('details')?.setAttribute('open', '')
  const marked = first.querySelector<HTMLElement>('[aria-invalid="true"]:not(:disabled)')
  const control = marked ?? first.querySelector<HTMLElement>(anyControl)
  control?.focus()
  first.scrollIntoView({ block: 'center' })
}
