import { describe, expect, test } from 'vitest'
import { readViewerSettings } from './viewer-settings'

const read = (search: string, framed = true) => readViewerSettings(new URL(`https://desk.example:6901/vnc.html${search}`), framed)

describe('the WebSocket address', () => {
  test.each([
    ['', 'wss://desk.example:6901/websockify'],
    ['?path=websockify', 'wss://desk.example:6901/websockify'],
    ['?path=/websockify', 'wss://desk.example:6901/websockify'],
    ['?path=session/abc/websockify', 'wss://desk.example:6901/session/abc/websockify'],
    ['?path=websockify%3Ftoken%3D1', 'wss://desk.example:6901/websockify?token=1'],
    ['?path=a#path=b', 'wss://desk.example:6901/b'],
  ])('%s counts from the root of the host', (search, url) => {
    expect(read(search).webSocketUrl).toBe(url)
  })

  test.each(['//evil.example/x', 'https://evil.example/x', '@evil.example/x', '/\\evil.example', '..//evil.example'])(
    'path=%s stays on the host',
    (path) => {
      expect(new URL(read(`?path=${encodeURIComponent(path)}`).webSocketUrl).host).toBe('desk.example:6901')
    },
  )

  test('plain http gives a plain WebSocket', () => {
    expect(readViewerSettings(new URL('http://s1.localhost:3000/vnc.html'), true).webSocketUrl).toBe(
      'ws://s1.localhost:3000/websockify',
    )
  })
})

describe('the portal', () => {
  test('is the origin that the address names', () => {
    expect(read('?portal=https://portal.example').portalOrigin).toBe('https://portal.example')
  })

  test.each(['*', 'null', 'https://portal.example/', 'https://portal.example/x', 'javascript:1', 'https://u@portal.example', ''])(
    '"%s" is no origin, and then nobody is the portal',
    (portal) => {
      expect(read(`?portal=${encodeURIComponent(portal)}`).portalOrigin).toBeNull()
    },
  )

  test('is nobody when the page is opened by hand', () => {
    expect(read('?portal=https://portal.example', false).portalOrigin).toBeNull()
  })
})

test('a frame gets no clipboard unless the portal says so; a page opened by hand shares it', () => {
  expect(read('')).toMatchObject({ clipboardUp: false, clipboardDown: false, clipboardSeamless: false })
  expect(read('?clipboard_up=1&clipboard_down=true')).toMatchObject({ clipboardUp: true, clipboardDown: true })
  expect(read('', false)).toMatchObject({ clipboardUp: true, clipboardDown: true, clipboardSeamless: true })
})

test('unknown parameters and unknown values change nothing', () => {
  expect(read('?enable_webp=1&idle_disconnect=1440&resize=sideways&quality=fine')).toEqual(read(''))
})
