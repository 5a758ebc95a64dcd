// What a desktop's message means for its connection.
import type { DesktopConnectionEvent } from './desktop-connection'
import type { DesktopMessage } from './desktop-messages'

export function connectionNews(message: DesktopMessage): DesktopConnectionEvent | null {
  switch (message.action) {
    case 'first_frame':
      return { type: 'connected' }
    case 'resize_owner':
      return { type: 'ownsSize', value: message.value }
    case 'berth_answers':
      return { type: 'answers', value: message.value }
    case 'berth_ticket_needed':
      return { type: 'lost', reason: 'The right of this browser to the desktop had ended.' }
    case 'berth_unavailable':
    case 'disconnectrx':
      return { type: 'lost', reason: message.value }
    case 'connection_state':
      return stateNews[message.value]
    case 'clipboardrx':
    case 'drag_files':
      return null
  }
}

const stateNews: Record<Extract<DesktopMessage, { action: 'connection_state' }>['value'], DesktopConnectionEvent> = {
  connecting: { type: 'connecting' },
  connected: { type: 'connected' },
  reconnecting: { type: 'wavering' },
  disconnected: { type: 'lost', reason: 'The connection was closed.' },
}
