// The browser's clipboard against the desktop's, as far as the browser and the settings allow.

type ClipboardSyncOptions = {
  up: boolean
  down: boolean
  seamless: boolean
  sendToDesktop: (text: string) => void
}

export class ClipboardSync {
  private last = ''

  constructor(private readonly options: ClipboardSyncOptions) {
    if (!options.up || !options.seamless) return
    // A browser lets a page read the clipboard only while it has the focus; that is also when somebody is about to paste.
    window.addEventListener('focus', () => this.readBrowser())
    window.addEventListener('pointerdown', () => this.readBrowser(), { capture: true })
  }

  /** Text that the portal sends, or that was read from the browser. */
  toDesktop(text: string): void {
    if (!this.options.up) return
    this.last = text
    this.options.sendToDesktop(text)
  }

  /** Text that was copied in the desktop; true when the settings let it out. */
  fromDesktop(text: string): boolean {
    if (!this.options.down) return false
    this.last = text
    // Refused without the focus or the permission; the portal still gets the text and can offer it.
    if (this.options.seamless) navigator.clipboard?.writeText(text).catch(() => {})
    return true
  }

  private readBrowser(): void {
    navigator.clipboard
      ?.readText()
      .then((text) => {
        if (text !== '' && text !== this.last) this.toDesktop(text)
      })
      .catch(() => {
        // No permission: the portal's own clipboard field remains.
      })
  }
}
