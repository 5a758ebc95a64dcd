// TLS between web processes and controllers, without certificates: both sides prove that they know a key made of BERTH_SECRET, and
// what travels is encrypted with keys that are thrown away.
import type { PSKCallbackNegotation, TlsOptions } from 'node:tls'
import type { Keys } from './keys'

const identity = 'berth'

const common = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  // The one that goes with a pre-shared key of the older form.
  ciphers: 'TLS_AES_128_GCM_SHA256',
} as const satisfies TlsOptions

export function transferServerTls(keys: Keys): TlsOptions {
  const key = keys.of('transfer')
  return { ...common, pskIdentityHint: identity, pskCallback: (_socket, named) => (named === identity ? key : null) }
}

export function transferClientTls(keys: Keys) {
  const psk = keys.of('transfer')
  return {
    ...common,
    pskCallback: (): PSKCallbackNegotation => ({ psk, identity }),
    // There is no certificate: whoever has not the key gets no further than the handshake.
    checkServerIdentity: () => undefined,
  }
}
