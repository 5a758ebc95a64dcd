// For everything under localhost, in files, as nginx and the others want it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import type { TlsFiles } from './proxies'

export async function writeCertificate(folder: string): Promise<TlsFiles> {
  const names = ['localhost', '*.berth.localhost'].map((value) => ({ type: 2 as const, value }))
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: names }],
  })
  const files = { certPath: join(folder, 'cert.pem'), keyPath: join(folder, 'key.pem') }
  writeFileSync(files.certPath, pem.cert)
  writeFileSync(files.keyPath, pem.private, { mode: 0o600 })
  return files
}
