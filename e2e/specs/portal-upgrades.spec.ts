import { once } from 'node:events'
import { expect } from '@playwright/test'
import { rawRequest } from '@/e2e/support/raw-request'
import { test } from '@/e2e/support/test'
import { dial } from '@/lib/gateway/test-client'

test('whoever resets the connection after the portal refused an upgrade ends nothing but that [attack 10]', async ({
  portal,
}) => {
  const { host, port, protocol } = new URL(portal.url)
  for (let time = 0; time < 20; time++) {
    const socket = await dial({ port: Number(port), isTls: protocol === 'https:' })
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /)
    socket.resetAndDestroy()
  }
  expect((await rawRequest(portal.url, '/api/health/live')).status).toBe(200)
})
