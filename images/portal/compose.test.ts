import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clientAddressReader } from '@/lib/gateway/client-address'

const text = readFileSync(join(import.meta.dirname, 'compose.yaml'), 'utf8')
const setting = (name: string) => new RegExp(`${name}: "?([0-9./]+)`).exec(text)?.[1] ?? ''

test('in the Compose form a browser is who nginx says, and nobody comes by another address by saying so', () => {
  const nginx = setting('ipv4_address')
  const reader = clientAddressReader(setting('BERTH_TRUSTED_PROXIES').split(','))
  const seen = (remoteAddress: string, forwarded: string) =>
    reader({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage)
  expect(seen(nginx, '203.0.113.66')).toBe('203.0.113.66')
  // Docker's own proxy comes from the network's first address, with whatever the browser wrote before it.
  expect(seen(nginx, '203.0.113.66, 172.30.7.1')).toBe('172.30.7.1')
  expect(seen('172.30.7.130', '203.0.113.66')).toBe('172.30.7.130')
})
