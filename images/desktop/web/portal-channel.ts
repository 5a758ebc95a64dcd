// Messages between this page and the portal that frames it.
//
// Whoever frames the page chooses its address, so the `portal` parameter alone proves nothing, and a referrer or an
// ancestor list tells who is there, not who may be. Three things together decide: the `frame-ancestors` header of this
// page (set by the gateway to the portal's origin; by the image itself to nobody) keeps every other site from framing
// it; messages are taken only from the direct parent and only when the browser vouches for the named origin; and they
// are posted to that origin alone, so that another parent would receive nothing.

export type PortalCommand = { action: 'clipboardsnd'; value: string } | { action: 'terminate' } | { action: 'take_resize' }

export type ConnectionState = 'connecting' | 'connected' | 'disconnecting' | 'disconnected' | 'reconnecting'

export type PortalMessage =
  | { action: 'noVNC_initialized' }
  | { action: 'connection_state'; value: ConnectionState }
  | { action: 'clipboardrx'; value: string }
  | { action: 'disconnectrx'; value: string }
  | { action: 'first_frame' }
  | { action: 'drag_files' }
  | { action: 'resize_owner'; value: boolean }
  | { action: 'berth_answers'; value: boolean }

/** Larger pastes would stall the stream; KasmVNC's own limit is in the same order. */
const maxClipboardCharacters = 4 * 1024 * 1024

export class PortalChannel {
  constructor(
    private readonly portalOrigin: string | null,
    onCommand: (command: PortalCommand) => void,
  ) {
    if (portalOrigin === null) return
    window.addEventListener('message', (event) => {
      if (event.source !== window.parent || event.origin !== portalOrigin) return
      const command = readCommand(event.data)
      if (command !== null) onCommand(command)
    })
  }

  post(message: PortalMessage): void {
    if (this.portalOrigin !== null) window.parent.postMessage(message, this.portalOrigin)
  }
}

function readCommand(data: unknown): PortalCommand | null {
  if (typeof data !== 'object' || data === null || !('action' in data)) return null
  if (data.action === 'terminate' || data.action === 'take_resize') return { action: data.action }
  if (data.action === 'clipboardsnd' && 'value' in data && typeof data.value === 'string') {
    return { action: 'clipboardsnd', value: data.value.slice(0, maxClipboardCharacters) }
  }
  return null
}
