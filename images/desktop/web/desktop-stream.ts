// One connection to the desktop: noVNC, with a handshake that does not wait and the moment of the first picture made visible.
import RFB from '@novnc/novnc'

const version = 'RFB 003.008\n'
const noSecurity = 1
/** It asks for an answer, and waits for nothing. */
const fenceRequest = 2 ** 31
/** Version, the one security type, its result, and the fixed part of what the desktop is. */
const greetingBytes = version.length + 2 + 4 + 24

export class DesktopStream extends RFB {
  onFirstFrame: (() => void) | null = null
  /** Something came, whatever it was. */
  onHeard: (() => void) | null = null
  private hasPixels = false

  /**
   * Everything up to the first request in one go: the desktop always answers the same, so nothing need be waited for. Each question less is a
   * journey to the desktop and back, at the moment when its machine is busiest. The password was checked at the door, before any of this.
   */
  protected override _socketOpen(): void {
    super._socketOpen()
    this._fbDepth = 24
    this._sock.sQpushString(version)
    this._sock.sQpush8(noSecurity)
    this._sock.sQpush8(this._shared ? 1 : 0)
    RFB.messages.pixelFormat(this._sock, this._fbDepth, true)
    this._sendEncodings()
    // Answered with sizes and cursor alone, as every first request is; noVNC then asks for the picture by itself.
    RFB.messages.fbUpdateRequest(this._sock, false, 0, 0, 1, 1)
  }

  protected override _initMsg(): boolean {
    const sock = this._sock
    if (sock.rQwait('greeting', greetingBytes)) return false
    const spoken = sock.rQshiftStr(version.length)
    const [types, type, result] = [sock.rQshift8(), sock.rQshift8(), sock.rQshift32()]
    if (spoken !== version || types !== 1 || type !== noSecurity || result !== 0) {
      return this._fail('The desktop does not speak as the desktops of this page do')
    }
    const [width, height] = [sock.rQshift16(), sock.rQshift16()]
    // Its own pixel format: another was asked for already.
    sock.rQskipBytes(16)
    const nameBytes = sock.rQshift32()
    if (sock.rQwait('name', nameBytes, greetingBytes)) return false
    this._setDesktopName(new TextDecoder().decode(sock.rQshiftBytes(nameBytes)))
    this._resize(width, height)
    if (!this.viewOnly) this._keyboard.grab()
    this._updateConnectionState('connected')
    return true
  }

  /** A fence comes back at once from a desktop that reads. False where it has not said that it knows them. */
  ask(): boolean {
    if (!this._supportsFence || this._rfbConnectionState !== 'connected') return false
    RFB.messages.clientFence(this._sock, fenceRequest, '')
    return true
  }

  /** noVNC asks for no fence, and ends the connection where one comes back. */
  protected override _handleServerFenceMsg(): boolean {
    const headBytes = 1 + 3 + 4 + 1
    if (this._sock.rQwait('fence', headBytes - 1, 1)) return false
    const head = this._sock.rQpeekBytes(headBytes - 1)
    const isRequest = ((head[3] ?? 0) & 0x80) !== 0
    if (isRequest) return super._handleServerFenceMsg()
    const payloadBytes = head[7] ?? 0
    if (this._sock.rQwait('fence', headBytes - 1 + payloadBytes, 1)) return false
    this._sock.rQskipBytes(headBytes - 1 + payloadBytes)
    return true
  }

  protected override _handleMessage(): void {
    this.onHeard?.()
    const before: string = this._rfbConnectionState
    super._handleMessage()
    // What came in one piece with the greeting.
    const isNew = before === 'connecting' && this._rfbConnectionState === 'connected'
    if (isNew && !this._sock.rQwait('message', 1)) super._handleMessage()
  }

  protected override _handleDataRect(): boolean {
    const done = super._handleDataRect()
    this.hasPixels ||= done
    return done
  }

  protected override _framebufferUpdate(): boolean {
    const done = super._framebufferUpdate()
    // The first update may only announce a size or a cursor.
    if (done && this.hasPixels) {
      this.onFirstFrame?.()
      this.onFirstFrame = null
    }
    return done
  }
}
