import { describe, expect, it } from 'vitest'
import { readDesktopMessage } from './desktop-messages'

const frame = { name: 'the frame' }
const origin = 'https://abcdefghijklmnopqrstuvwx.localhost:3000'
const expected = { origin, window: frame }
const read = (data: unknown, from: { origin?: string; source?: unknown } = {}) =>
  readDesktopMessage({ data, origin, source: frame, ...from }, expected)

describe('readDesktopMessage', () => {
  it('refuses another origin, however alike', () => {
    for (const other of ['null', '', `${origin}.evil.test`, origin.replace('https', 'http'), origin.replace(':3000', '')]) {
      expect(read({ action: 'first_frame' }, { origin: other })).toBeNull()
    }
  })

  it('refuses another window of the right origin', () => {
    expect(read({ action: 'first_frame' }, { source: { name: 'a popup of the desktop' } })).toBeNull()
  })

  it('refuses everything while there is no frame, also a message without a source', () => {
    const event = { data: { action: 'first_frame' }, origin, source: null }
    expect(readDesktopMessage(event, { origin, window: null })).toBeNull()
  })

  it('takes the words of KasmVNC and of the starter desktop', () => {
    expect(read({ action: 'connection_state', value: 'init' })).toEqual({ action: 'connection_state', value: 'connecting' })
    expect(read({ action: 'connection_state', value: 'connected' })).toEqual({ action: 'connection_state', value: 'connected' })
    expect(read({ action: 'clipboardrx', value: 'text' })).toEqual({ action: 'clipboardrx', value: 'text' })
    expect(read({ action: 'disconnectrx' })).toEqual({ action: 'disconnectrx', value: '' })
    expect(read({ action: 'resize_owner', value: false })).toEqual({ action: 'resize_owner', value: false })
    expect(read({ action: 'berth_ticket_needed' })).toEqual({ action: 'berth_ticket_needed' })
  })

  it('ignores unknown actions, wrong types and names from the prototype', () => {
    for (const data of [null, 'first_frame', [], {}, { action: 7 }, { action: 'navigate', value: '/admin' }]) {
      expect(read(data)).toBeNull()
    }
    expect(read({ action: 'connection_state', value: 'constructor' })).toBeNull()
    expect(read({ action: 'connection_state', value: {} })).toBeNull()
    expect(read({ action: 'clipboardrx', value: { toString: 'x' } })).toBeNull()
    expect(read({ action: 'resize_owner', value: 'true' })).toBeNull()
  })

  it('words what the gateway says by itself, and never repeats what a frame made up', () => {
    expect(read({ action: 'berth_unavailable', value: 'no_answer' })).toMatchObject({ value: 'The desktop does not answer.' })
    for (const value of ['Your account is locked, call …', 'constructor']) {
      expect(read({ action: 'berth_unavailable', value })).toMatchObject({ value: 'The desktop is not there at the moment.' })
    }
  })

  it('cuts what a desktop posts without end', () => {
    const long = 'x'.repeat(5 * 1024 * 1024)
    expect((read({ action: 'clipboardrx', value: long }) as { value: string }).value).toHaveLength(4 * 1024 * 1024)
    expect((read({ action: 'disconnectrx', value: long }) as { value: string }).value).toHaveLength(300)
  })
})
