// The small panel over the desktop that says what the connection is doing.

export class ConnectionNotice {
  private readonly panel = element('notice')
  private readonly text = element('notice-text')
  private readonly button = element('notice-button')

  constructor(onReconnect: () => void) {
    this.button.addEventListener('click', onReconnect)
  }

  show(text: string, { canReconnect = false } = {}): void {
    this.text.textContent = text
    this.button.hidden = !canReconnect
    this.panel.hidden = false
  }

  hide(): void {
    this.panel.hidden = true
  }
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`vnc.html has no #${id}`)
  return found
}
