import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeOnceHungUp } from './hung-up'
import { until, withinTwoSeconds } from './test-until'

describe.runIf(process.platform === 'linux')('a side that is not read', () => {
  const server = createServer({ pauseOnConnect: true })
  let peer: Socket
  let held: Socket

  beforeEach(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const accepted = once(server, 'connection')
    peer = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    held = (await accepted)[0] as Socket
    held.on('error', () => {})
    peer.write('unread')
  })
  afterEach(() => {
    held.destroy()
    peer.destroy()
    server.close()
  })

  test.each([
    ['by FIN', () => peer.end()],
    ['by reset', () => peer.resetAndDestroy()],
  ])('is closed within two seconds after it hung up %s', async (_, hangUp) => {
    closeOnceHungUp(held)
    hangUp()
    await withinTwoSeconds(() => expect(held.destroyed).toBe(true))
  })

  test('that may have said all it had keeps that until it is read, and is closed when it was reset', async () => {
    closeOnceHungUp(held, { mayEnd: true })
    const other = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    const [heldToo] = (await once(server, 'connection')) as [Socket]
    closeOnceHungUp(heldToo)
    peer.end()
    other.end()
    // Whoever looked at the one has looked at the other.
    await until(() => expect(heldToo.destroyed).toBe(true))
    const [said] = await Promise.all([once(held, 'data'), held.resume()])
    expect(String(said[0])).toBe('unread')
  })

  test('stays while it stands, and when nobody looks any more', async () => {
    const stop = closeOnceHungUp(held)
    const other = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    const [heldToo] = (await once(server, 'connection')) as [Socket]
    closeOnceHungUp(heldToo)
    other.end()
    // Whoever looked at the one has looked at the other.
    await until(() => expect(heldToo.destroyed).toBe(true))
    expect(held.destroyed).toBe(false)
    stop()
    expect(held.listenerCount('close')).toBe(0)
  })
})
