// Every key is derived from the one secret of the installation, each for one purpose.
import { createHash, hkdfSync } from 'node:crypto'

const purposes = ['sign-in-cookie', 'seal', 'transfer', 'gateway-probe'] as const
export type KeyPurpose = (typeof purposes)[number]

export type Keys = { of(purpose: KeyPurpose): Buffer; fingerprint: string }

/** `secret`: at least 32 bytes. */
export function deriveKeys(secret: Buffer): Keys {
  if (secret.length < 32) throw new Error('BERTH_SECRET has fewer than 32 bytes')
  return {
    of: (purpose) => Buffer.from(hkdfSync('sha256', secret, 'berth', purpose, 32)),
    fingerprint: createHash('sha256').update('berth-fingerprint').update(secret).digest('hex').slice(0, 16),
  }
}
