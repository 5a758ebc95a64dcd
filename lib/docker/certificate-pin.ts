// The certificate that a desktop made at this start, told through Docker: the engine's own connection is authenticated, the way to the desktop
// is not yet. Its files are read; where they cannot be (a tmpfs, other paths), a program of the container reads them or asks the desktop itself.
import { X509Certificate } from 'node:crypto'
import type Docker from 'dockerode'
import type { CertificateWord } from '@/lib/domain/container-host'
import { desktopPort, homePath } from '@/lib/domain/container-spec'
import { type ExecStream, startExec } from './exec-stream'
import { readLogTail } from './log-tail'
import { unless } from './status-codes'

/** Where KasmVNC images and the starter put key and certificate. A home may hold one of another image's besides. */
const paths = [`${homePath}/.vnc/self.pem`, '/tmp/.berth-desktop/cert.pem']
const script = `cat -- "$@" 2>/dev/null
timeout 3 openssl s_client -connect 127.0.0.1:${desktopPort} </dev/null 2>/dev/null`
/** How the starter's door says it, before it listens and before anything else runs that could say so. */
const logged = /^berth-desktop: certificate SHA-256 ([0-9A-F:]{95})$/m
const firstSeconds = 60
const logLines = 200
const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C']
/** What the session's user may write must not fill the portal's memory. */
const mostBytes = 262_144
const mostCertificates = 8

export async function compareCertificate(
  container: Docker.Container,
  fingerprint: string,
  abortSignal: AbortSignal,
): Promise<CertificateWord> {
  const said = await inLog(container, abortSignal)
  if (said === fingerprint) return 'same'
  const inFiles = (await Promise.all(paths.map((path) => archived(container, path, abortSignal)))).flatMap(fingerprintsIn)
  if (inFiles.includes(fingerprint)) return 'same'
  const toldInside = fingerprintsIn(await printed(container, abortSignal))
  if (toldInside.includes(fingerprint)) return 'same'
  return said !== undefined || inFiles.length + toldInside.length > 0 ? 'another' : 'unknown'
}

/** Of this start alone. The archive API begins a process for each file, which takes a launch fifty times as long. */
async function inLog(container: Docker.Container, abortSignal: AbortSignal): Promise<string | undefined> {
  const since = Date.parse((await container.inspect({ abortSignal })).State.StartedAt) / 1000
  const span = { since, until: since + firstSeconds }
  const text = await unless([400, 404, 409, 500, 501], readLogTail(container, logLines, abortSignal, span))
  return logged.exec(text ?? '')?.[1]
}

async function archived(container: Docker.Container, path: string, abortSignal: AbortSignal): Promise<string> {
  const archive = await unless([404, 400, 500], container.getArchive({ path, abortSignal }))
  return archive ? read(archive as AsyncIterable<Buffer>) : ''
}

async function printed(container: Docker.Container, abortSignal: AbortSignal): Promise<string> {
  const program = { command: ['/bin/sh', '-c', script, 'sh', ...paths], user: '1000', environment }
  const stream = await unless([400, 404, 500], startExec(container, program, abortSignal))
  if (!stream) return ''
  abortSignal.addEventListener('abort', stream.end, { once: true })
  try {
    return await read(output(stream))
  } finally {
    abortSignal.removeEventListener('abort', stream.end)
    stream.end()
  }
}

async function* output(stream: ExecStream): AsyncGenerator<Buffer> {
  for await (const { from, bytes } of stream.frames()) if (from === 'out') yield bytes
}

async function read(pieces: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const piece of pieces) {
    text += piece.toString('latin1')
    if (text.length > mostBytes) return ''
  }
  return text
}

/** As Node writes them (`AB:CD:…`). The PEM blocks are found in a tar's bytes as they stand there: small files, stored without compression. */
export function fingerprintsIn(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  return blocks.slice(0, mostCertificates).flatMap((pem) => {
    try {
      return new X509Certificate(pem).fingerprint256
    } catch {
      return []
    }
  })
}
