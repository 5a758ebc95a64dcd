import { expect, test } from 'vitest'
import { allowedTargets, isPublicAddress } from './public-address'

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fd00:ec2::254',
  'fc00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::1',
  '2001:0:7f00:1::',
  '2001:db8::1',
  'localhost',
  '2130706433',
  '0x7f.1',
  '',
])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false))

test.each(['1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '193.0.0.1', '2606:4700::1111', '2a00::1'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
)

test('what is allowed is exactly what is listed [attack 35]', () => {
  const allowed = allowedTargets(['10.1.0.0/16', 'reg.internal', '::1', 'fd00::/8'])
  expect(allowed.allowsAddress('10.1.2.3')).toBe(true)
  expect(allowed.allowsAddress('10.2.2.3')).toBe(false)
  expect(allowed.allowsAddress('::1')).toBe(true)
  expect(allowed.allowsAddress('fd12::1')).toBe(true)
  expect(allowed.allowsHost('REG.internal.')).toBe(true)
  expect(allowed.allowsHost('x.reg.internal')).toBe(false)
  expect(allowed.allowsHost('reg.internal.evil.example')).toBe(false)
})
