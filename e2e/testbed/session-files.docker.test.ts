// Files in and out of sessions of a host elsewhere: a real engine behind mutual TLS and behind ssh, and an image whose tar is busybox's.
import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { digestOf, getFile, putFile, startWaiting, type Where } from '@/lib/docker/test-files'
import type { ContainerHost } from '@/lib/domain/container-host'
import { GiB, MiB } from '@/lib/domain/workspace-image'
import { makeSshKey } from '@/lib/secrets/ssh-keys'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { importBusybox } from './busybox-image'
import { SshServer } from './ssh-server'
import { startTestbed, type Testbed } from './start-testbed'

const busybox = 'test/busybox:1'
const installId = `files-${randomBytes(4).toString('hex')}`
const signal = new AbortController().signal
const key = makeSshKey('test')
let testbed: Testbed
let server: SshServer
const far = () => testbed.host('far')

beforeAll(async () => {
  testbed = await startTestbed({ hosts: [{ name: 'far', gpus: 'none' }] })
  server = await SshServer.start(testbed.folder, far().network, far().socketPath)
  server.accept([key.publicKey])
  await importBusybox(far().docker, busybox)
})

afterAll(async () => {
  await server?.stop()
  await testbed?.stop()
})

async function runAs(user: string, container: Docker.Container, line: string): Promise<string> {
  const exec = await container.exec({ Cmd: ['sh', '-c', line], User: user, AttachStdout: true, AttachStderr: true, Tty: true })
  let text = ''
  for await (const chunk of await exec.start({ Tty: true })) text += String(chunk)
  return text.replaceAll('\r', '')
}

const ways: Record<string, () => Promise<ContainerHost>> = {
  'behind mutual TLS': async () => openDockerHost(far().endpoint, installId),
  'behind ssh': async () =>
    openDockerHost({ ...server.endpoint, hostKey: await server.fingerprint(), privateKey: key.privateKey }, installId),
}

describe.each([
  { way: 'behind mutual TLS', image: 'the starter desktop', reference: defaultDesktopTag },
  { way: 'behind mutual TLS', image: 'busybox', reference: busybox },
  { way: 'behind ssh', image: 'the starter desktop', reference: defaultDesktopTag },
])('$image on a host $way', ({ way, reference }) => {
  let host: ContainerHost
  let where: Where

  beforeAll(async () => {
    host = await (ways[way] as () => Promise<ContainerHost>)()
    where = await startWaiting({ host, installId, reference })
  })
  afterAll(() => host?.ensureRemoved(where.sessionId, signal))

  /** As the desktop's user: an image's own may be root, who may do nothing here. */
  const inside = (line: string) => runAs('1000', far().docker.getContainer(where.containerId), line)
  const leftOver = () =>
    inside(
      "ls -A ~kasm-user/Uploads | grep berth-upload; for of in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$of; echo; done | grep -c '^tar -'; true",
    )

  test('what goes in comes out, byte for byte, as the desktop’s user', async () => {
    for (const size of [0, 1, 511, 3 * MiB + 17]) {
      const bytes = randomBytes(size)
      await putFile(host, where, `f${size}.bin`, bytes)
      expect(digestOf(await getFile(host, where, `f${size}.bin`, 'Uploads'))).toBe(digestOf(bytes))
    }
    expect(await inside("stat -c '%u %a' /home/kasm-user/Uploads/f1.bin")).toBe('1000 644\n')
    const [uploads] = await host.listFiles(where, signal)
    expect(uploads?.entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toContainEqual(['f511.bin', 511])
  })

  test('names that mean something to a shell or to tar are names', async () => {
    for (const name of ['-rf', '$(touch x)`id`', '\\n', 'it\'s "it" *', 'ü']) {
      await putFile(host, where, name, name)
      expect((await getFile(host, where, name, 'Uploads')).toString()).toBe(name)
    }
    await expect(putFile(host, where, '-rf', 'other')).rejects.toMatchObject({ code: 'file_exists' })
    await putFile(host, where, '-rf', 'other', true)
    expect((await getFile(host, where, '-rf', 'Uploads')).toString()).toBe('other')
  })

  test('a link or a folder in the place of a file neither comes out nor is written through', async () => {
    await inside('cd /home/kasm-user/Uploads; echo mine > ../mine; ln -s ../mine link; mkdir dir')
    for (const name of ['link', 'dir'])
      await expect(getFile(host, where, name, 'Uploads')).rejects.toMatchObject({ code: 'file_refused' })
    await putFile(host, where, 'link', 'new', true)
    expect(await inside('cat /home/kasm-user/mine')).toBe('mine\n')
  })

  test('one that is given up in the middle ends tar and leaves nothing, in either direction', async () => {
    const giveUp = new AbortController()
    const content = async function* () {
      for (let sent = 0; ; sent++) {
        if (sent === 20) giveUp.abort(new Error('given up'))
        yield Buffer.alloc(64 * 1024)
      }
    }
    const writing = host.writeFile(where, { name: 'half.bin', sizeBytes: GiB, replace: false, content }, giveUp.signal)
    await expect(writing).rejects.toThrow('given up')
    await inside('head -c 60000000 /dev/zero > /home/kasm-user/Uploads/large')
    const { content: out } = await host.readFile(where, { folder: 'Uploads', name: 'large', maxBytes: GiB }, signal)
    for await (const _ of out) break
    await vi.waitFor(async () => expect(await leftOver()).toBe('0\n'), { timeout: 20_000 })
    expect(await inside('ls /home/kasm-user/Uploads')).not.toContain('half.bin')
  })
})
