// Sessions side by side on one real engine: from inside one to the other, by every address that it has.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, expect, test, vi } from 'vitest'
import { desktopPort } from '@/lib/domain/container-spec'
import { contractSpec, sessionIdOf } from './container-host-contract'
import { openDockerHost } from './open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from './test-engine'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const installId = `test-${randomBytes(4).toString('hex')}`
const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'
const host = openDockerHost({ kind: 'socket', socketPath }, installId)
const signal = new AbortController().signal

afterAll(() => engineCleanup(socketPath, installId))

/** Something listens in it where a desktop would. */
async function startServing(): Promise<string> {
  const spec = contractSpec({ installId, reference }, { command: ['python3', '-m', 'http.server', String(desktopPort)] })
  await host.ensureCreated(spec, signal)
  await host.ensureStarted(sessionIdOf(spec), signal)
  return sessionIdOf(spec)
}

const inspect = (id: string) => docker.getContainer(`berth-${id}`).inspect()

/** Which of these a session reaches, all tried at once. */
async function reachedFrom(id: string, addresses: string[]): Promise<string[]> {
  const tries = addresses.map(
    (to) => `(timeout 2 bash -c 'exec 3<>/dev/tcp/${to.replace(':', '/')}' 2>/dev/null && echo ${to}) &`,
  )
  const exec = await docker
    .getContainer(`berth-${id}`)
    .exec({ Cmd: ['bash', '-c', `${tries.join(' ')} wait`], AttachStdout: true, Tty: true })
  const chunks: Buffer[] = []
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/).filter(Boolean)
}

/** From this machine, on which the engine is. */
const reaches = (to: string) =>
  new Promise<boolean>((resolve) => {
    const [host = '', port] = to.split(':')
    const socket = connect({ host, port: Number(port), timeout: 2_000 })
    const end = (is: boolean) => resolve(is && !!socket.destroy())
    socket.once('connect', () => end(true)).once('error', () => end(false))
    socket.once('timeout', () => socket.destroy(new Error('silent')))
  })

test('sessions share a bridge of ours on which they do not reach each other, and the gateway reaches both [attack 19, 47]', async () => {
  const ids = [await startServing(), await startServing()]
  const [network] = await docker.listNetworks({ filters: { label: [`berth.install=${installId}`] } })
  const open = await docker.createNetwork({ Name: `stranger-${installId}` })
  try {
    for (const id of ids) expect(Object.keys((await inspect(id)).NetworkSettings.Networks)).toEqual([network?.Name])
    const [own = [], foreign = []] = await Promise.all(
      ids.map(async (id) => {
        const { bridgeAddress, published } = (await host.find(id, signal)) ?? {}
        return [`${bridgeAddress}:${desktopPort}`, `${published?.address}:${published?.port}`]
      }),
    )
    const [first = '', second = ''] = ids
    await vi.waitFor(async () => expect(await Promise.all([...own, ...foreign].map(reaches))).toEqual([true, true, true, true]), {
      timeout: 20_000,
    })
    // Of this machine's addresses a session knows its bridge's for certain.
    const bridge = network?.IPAM?.Config?.[0]?.Gateway
    const published = (foreign[1] ?? '').replace(/^.*:/, `${bridge}:`)
    expect(await reachedFrom(first, [own[0] ?? '', ...foreign, published])).toEqual([own[0]])
    // It is the bridge that makes the difference: on another one the same two reach each other.
    for (const id of ids) await open.connect({ Container: `berth-${id}` })
    const elsewhere = `${(await inspect(second)).NetworkSettings.Networks[`stranger-${installId}`]?.IPAddress}:${desktopPort}`
    expect(await reachedFrom(first, [elsewhere, foreign[0] ?? ''])).toEqual([elsewhere])
  } finally {
    for (const id of ids) await host.ensureRemoved(id, signal)
    await open.remove()
  }
})
