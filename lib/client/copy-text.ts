// The clipboard, also where the asynchronous API is missing: plain http on a name other than localhost.

export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused or not focused: the old way may still be allowed.
  }
  return copyBySelection(text)
}

function copyBySelection(text: string): boolean {
  const holder = document.createElement('textarea')
  holder.value = text
  holder.readOnly = true
  holder.style.position = 'fixed'
  holder.style.opacity = '0'
  const before = document.activeElement
  // Inside an open dialog everything else is inert and could not be selected.
  const host = before?.closest('dialog') ?? document.body
  host.append(holder)
  holder.select()
  try {
    return document.execCommand('copy')
  } finally {
    holder.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}
