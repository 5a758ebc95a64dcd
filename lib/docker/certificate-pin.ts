// The certificate that a desktop made at this start, read through Docker: the engine's own connection is authenticated, the way to the
// desktop is not yet. Files on a tmpfs (read-only roots) and other paths cannot be read so; then the first look at the address counts.
import { X509Certificate } from 'node:crypto'
import type Docker from 'dockerode'
import { homePath } from '@/lib/domain/container-spec'
import { unless } from './status-codes'

/** Where KasmVNC images and the starter put key and certificate. */
const paths = [`${homePath}/.vnc/self.pem`, '/tmp/.berth-desktop/cert.pem']

/** SHA-256 as Node writes it (`AB:CD:…`); null where no certificate can be read. */
export async function readFingerprint(container: Docker.Container, abortSignal: AbortSignal): Promise<string | null> {
  for (const path of paths) {
    const archive = await unless([404, 400, 500], container.getArchive({ path, abortSignal }))
    if (!archive) continue
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of archive as AsyncIterable<Buffer>) {
      size += chunk.length
      // A file that the session's user may write must not fill the portal's memory.
      if (size > 1_048_576) return null
      chunks.push(chunk)
    }
    const found = fingerprintOf(Buffer.concat(chunks).toString('latin1'))
    if (found) return found
  }
  return null
}

/** The PEM block is found in the tar's bytes as it stands there: one small file, stored without compression. */
export function fingerprintOf(text: string): string | null {
  const pem = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/.exec(text)?.[0]
  if (!pem) return null
  try {
    return new X509Certificate(pem).fingerprint256
  } catch {
    return null
  }
}
