// Certificates for mutual TLS between a portal and simulated hosts: one CA, one for each engine, one for the portal.
import selfsigned from 'selfsigned'

export type KeyPair = { cert: string; key: string }
export type HostKeys = { ca: KeyPair; portal: KeyPair; engineAt(address: string, name: string): Promise<KeyPair> }

export async function makeHostKeys(): Promise<HostKeys> {
  const ca = await issue('testbed CA', [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ])
  const portal = await issue('portal', [{ name: 'extKeyUsage', clientAuth: true }], ca)
  return {
    ca,
    portal,
    engineAt: (address, name) =>
      issue(
        name,
        [
          {
            name: 'subjectAltName',
            altNames: [
              { type: 2, value: name },
              { type: 7, ip: address },
            ],
          },
          { name: 'extKeyUsage', serverAuth: true },
        ],
        ca,
      ),
  }
}

type Extensions = NonNullable<NonNullable<Parameters<typeof selfsigned.generate>[1]>['extensions']>

async function issue(name: string, extensions: Extensions, ca?: KeyPair): Promise<KeyPair> {
  const options = { keyType: 'ec' as const, curve: 'P-256' as const, algorithm: 'sha256', extensions, ...(ca ? { ca } : {}) }
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: name }], options)
  return { cert, key }
}
