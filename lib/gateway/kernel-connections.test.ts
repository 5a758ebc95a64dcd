import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { connectionKey, readConnections, unansweredMsIn, unsentBytesIn } from './kernel-connections'
import { until } from './test-until'

/** A line as Linux writes it; the first number after the addresses is the timer. */
const line = (timer: string, resent: string, probes = 0, timeout = 20) =>
  `  12: 0201590A:1F90 0101590A:C350 01 00000029:00000000 ${timer} ${resent}     0 ${String(probes).padStart(8)} 4711 2 00000000ed57f502 ${timeout} 4 30 10 -1\n`
const key = connectionKey(8080, '10.89.1.1', 50_000)
const seen = (text: string) =>
  unansweredMsIn(`  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n${text}`).get(key)

test('what is on its way for the first time is not unanswered, nor is a peer that is full and answers', () => {
  for (const text of [line('01:00000014', '00000000'), line('00:00000000', '00000000'), line('02:000001F4', '00000000')])
    expect(seen(text)).toBeUndefined()
  for (const probes of [0, 1]) expect(seen(line('04:00000014', '00000000', probes))).toBeUndefined()
})

test('how long it has been unanswered follows from the tries, each of which waited twice as long as the one before', () => {
  // 0.2 + 0.4 + 0.8 s are over, and of 1.6 s one half.
  expect(seen(line('01:00000050', '00000003', 0, 160))).toBe(2_200)
  expect(seen(line('01:00000028', '00000001', 9, 40))).toBe(9_200)
  expect(seen(line('01:00000014', '00000032', 0, 20))).toBe(10_000)
  expect(seen(line('04:00000014', '00000000', 7))).toBe(25_400)
})

test('what waits for a peer is read from its own line', () => {
  const text = line('04:00000014', '00000000')
  expect(unsentBytesIn(text, { localPort: 8080, remotePort: 50_000 })).toBe(0x29)
  expect(unsentBytesIn(text, { localPort: 8080, remotePort: 50_001 })).toBe(0)
})

describe.runIf(process.platform === 'linux')('a connection is found by its addresses', () => {
  const open: { destroy(): void }[] = []
  afterEach(() => open.splice(0).forEach((one) => void one.destroy()))

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::1', '::1'],
  ])('listening on %s, called at %s', async (host, to) => {
    const server = createServer().listen(0, host)
    open.push({ destroy: () => server.close() })
    await once(server, 'listening')
    const caller = connect((server.address() as AddressInfo).port, to)
    open.push(caller)
    const [{ localPort = 0, remoteAddress = '', remotePort = 0 }] = (await once(server, 'connection')) as [Socket]
    const asIfLost = (await readConnections()).replaceAll(/ \d\d:[0-9A-F]{8} [0-9A-F]{8}/g, ' 01:00000014 00000001')
    expect(unansweredMsIn(asIfLost).has(connectionKey(localPort, remoteAddress, remotePort))).toBe(true)
  })
})

test.runIf(process.platform === 'linux')('a peer that is full, as the kernel shows it, is not unanswered', async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const caller = connect(port, '127.0.0.1')
  const [full] = (await once(server, 'connection')) as [Socket]
  caller.write(Buffer.alloc(32 << 20))
  const asks = new RegExp(`:${caller.localPort?.toString(16).toUpperCase()} [0-9A-F:]+ 01 [0-9A-F:]{17} 04:`)
  await until(async () => expect(asks.test(await readConnections())).toBe(true))
  expect(unansweredMsIn(await readConnections()).has(connectionKey(caller.localPort ?? 0, '127.0.0.1', port))).toBe(false)
  for (const one of [caller, full]) one.destroy()
  server.close()
})

test('all ways to write an address of IPv6 are one', () => {
  expect(connectionKey(1, 'fe80::1%eth0', 2)).toBe(connectionKey(1, 'fe80:0:0:0:0:0:0:1', 2))
  expect(connectionKey(1, '2001:db8::2:0:3', 2)).toBe('1 2001:db8:0:0:0:2:0:3 2')
  expect(connectionKey(1, '::ffff:10.0.0.1', 2)).toBe('1 10.0.0.1 2')
})
