import { X509Certificate } from 'node:crypto'
import selfsigned from 'selfsigned'
import { expect, test } from 'vitest'
import { fingerprintsIn } from './certificate-pin'

test('the certificate is found among a key and the bytes of an archive', async () => {
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'desktop' }])
  const expected = new X509Certificate(cert).fingerprint256
  expect(fingerprintsIn(`self.pem\x00\x000600\x00${key}${cert}\x00\x00`)).toEqual([expected])
})

test('what is no certificate has no fingerprint', () => {
  expect(fingerprintsIn('')).toEqual([])
  expect(fingerprintsIn('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toEqual([])
})
