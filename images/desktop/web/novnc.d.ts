// The part of noVNC's RFB that the viewer uses; the package ships no types.
declare module '@novnc/novnc' {
  type RfbOptions = { shared?: boolean; wsProtocols?: string[] }

  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, url: string, options?: RfbOptions)
    viewOnly: boolean
    scaleViewport: boolean
    resizeSession: boolean
    showDotCursor: boolean
    background: string
    qualityLevel: number
    compressionLevel: number
    disconnect(): void
    focus(options?: FocusOptions): void
    clipboardPasteFrom(text: string): void
    /** Handles one message of that kind; false while more bytes are needed. */
    protected _framebufferUpdate(): boolean
    /** Handles one rectangle that carries pixels; false while more bytes are needed. */
    protected _handleDataRect(): boolean
  }
}
