import { expect, test } from 'vitest'
import { assertAllowedHost, isRefusedAddress, safeLookup } from './safe-address'

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '0.1.2.3',
  '::',
  'fe80::1',
  'fd00:ec2::254',
  '100.100.100.200',
  '::ffff:169.254.169.254',
  '224.0.0.1',
  '255.255.255.255',
  'not an address',
])('%s is refused', (address) => {
  expect(isRefusedAddress(address)).toBe(true)
})

test.each(['127.0.0.1', '10.89.0.11', '192.168.1.5', '::1', '2001:db8::5', '203.0.113.9'])('%s may be an agent', (address) => {
  expect(isRefusedAddress(address)).toBe(false)
})

test('an address that stands in the form is refused before anything is dialled [attack 35]', () => {
  expect(() => assertAllowedHost('169.254.169.254')).toThrow('not an address that an agent may have')
  expect(() => assertAllowedHost('[fe80::1]')).toThrow('not an address that an agent may have')
  expect(() => assertAllowedHost('gpu-1.example')).not.toThrow()
})

test('a name is looked up once and the checked address is the one that is used [attack 35]', async () => {
  const found = await new Promise<unknown>((resolve, reject) =>
    safeLookup('localhost', { family: 4 }, (error, address) => (error ? reject(error) : resolve(address))),
  )
  expect(found).toBe('127.0.0.1')
})
