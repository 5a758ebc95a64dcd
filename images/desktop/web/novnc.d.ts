// The part of noVNC's RFB that the viewer uses; the package ships no types.
declare module '@novnc/novnc' {
  type RfbOptions = { shared?: boolean; wsProtocols?: string[] }

  /** Bytes in and bytes out. */
  type Websock = {
    /** True while fewer bytes than that are there; then it goes back by so many. */
    rQwait(what: string, bytes: number, goBack?: number): boolean
    rQshift8(): number
    rQshift16(): number
    rQshift32(): number
    rQshiftStr(bytes: number): string
    rQshiftBytes(bytes: number): Uint8Array
    /** Leaves them there. */
    rQpeekBytes(bytes: number): Uint8Array
    rQskipBytes(bytes: number): void
    sQpush8(value: number): void
    sQpushString(text: string): void
  }

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

    /** Each sends what was pushed before as well. */
    protected static messages: {
      pixelFormat(sock: Websock, depth: number, trueColour: boolean): void
      fbUpdateRequest(sock: Websock, incremental: boolean, x: number, y: number, width: number, height: number): void
      clientFence(sock: Websock, flags: number, payload: string): void
    }
    protected readonly _sock: Websock
    protected readonly _shared: boolean
    protected readonly _keyboard: { grab(): void }
    protected readonly _rfbConnectionState: 'connecting' | 'connected' | 'disconnecting' | 'disconnected'
    /** It has sent one. */
    protected readonly _supportsFence: boolean
    protected _fbDepth: number
    protected _socketOpen(): void
    protected _sendEncodings(): void
    /** Handles what has come; once per message of the socket. */
    protected _handleMessage(): void
    /** Handles one step of the handshake; false while more bytes are needed. */
    protected _initMsg(): boolean
    protected _setDesktopName(name: string): void
    protected _resize(width: number, height: number): void
    protected _updateConnectionState(state: 'connected'): void
    /** Ends the connection. */
    protected _fail(reason: string): false
    /** Handles one message of that kind; false while more bytes are needed. */
    protected _framebufferUpdate(): boolean
    protected _handleServerFenceMsg(): boolean
    /** Handles one rectangle that carries pixels; false while more bytes are needed. */
    protected _handleDataRect(): boolean
  }
}
