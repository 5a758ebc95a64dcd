// What an engine tells of the certificate in a real container, wherever the desktop keeps it.
import { randomBytes } from 'node:crypto'
import { afterAll, expect, test, vi } from 'vitest'
import { homePath } from '@/lib/domain/container-spec'
import type { DockerOptions } from '@/lib/domain/docker-options'
import { MiB } from '@/lib/domain/workspace-image'
import { fingerprintsIn } from './certificate-pin'
import { openDockerHost } from './open-docker-host'
import { engineCleanup, testSocketPath } from './test-engine'
import { startWaiting } from './test-files'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const installId = `test-${randomBytes(4).toString('hex')}`
const host = openDockerHost({ kind: 'socket', socketPath }, installId)
const signal = new AbortController().signal
const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'

afterAll(() => engineCleanup(socketPath, installId))

const make = (pem: string) =>
  `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout /tmp/key.pem -out /tmp/made.pem 2>/dev/null; mkdir -p $(dirname ${pem}); cat /tmp/key.pem /tmp/made.pem >${pem}; cat /tmp/made.pem;`
const inMemory: DockerOptions = {
  readOnlyRoot: true,
  tmpfs: [
    { path: homePath, sizeBytes: 16 * MiB },
    { path: '/tmp', sizeBytes: 16 * MiB },
  ],
}
const kasm = `${homePath}/.vnc/self.pem`
const starter = '/tmp/.berth-desktop/cert.pem'

test.each<[string, string, DockerOptions]>([
  ['in its home', make(kasm), {}],
  ['beside one that another image left in its home', `${make(kasm)} ${make(starter)}`, {}],
  [
    'said in its log, as the starter does',
    `${make('/tmp/elsewhere')} echo "berth-desktop: certificate SHA-256 $(openssl x509 -in /tmp/made.pem -noout -fingerprint -sha256 | cut -d= -f2)";`,
    {},
  ],
  ['in memory, under a read-only root', make(kasm), inMemory],
  [
    'where only its own port shows it',
    `${make('/tmp/elsewhere')} openssl s_server -www -accept 6901 -key /tmp/key.pem -cert /tmp/made.pem >/dev/null 2>&1 &`,
    {},
  ],
])('the certificate of a desktop is known by it and no other is: %s [attack 20]', async (_, script, options) => {
  const where = await startWaiting({ host, installId, reference, options, script: `${script} exec sleep 3600` })
  const made = await vi.waitFor(async () => {
    const found = fingerprintsIn(await host.logTail(where.sessionId, 200, signal))
    expect(found.length).toBe(script.split('openssl req').length - 1)
    return found.at(-1) ?? ''
  }, 20_000)
  await vi.waitFor(async () => expect(await host.compareCertificate(where, made, signal)).toBe('same'), 20_000)
  expect(await host.compareCertificate(where, 'AB:CD', signal)).toBe('another')
})

test('a container that tells of no certificate is not taken for one that has another [attack 20]', async () => {
  const where = await startWaiting({ host, installId, reference })
  expect(await host.compareCertificate(where, 'AB:CD', signal)).toBe('unknown')
})
