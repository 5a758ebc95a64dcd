// What a workspace says about the clipboard, on a real desktop and against a client that knows nothing of our viewer page.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { toContainerSpec } from '@/lib/domain/container-spec'
import { allowsIn, allowsOut, type TransferPolicy } from '@/lib/domain/transfer-policy'
import { GiB } from '@/lib/domain/workspace-image'
import { type DesktopContainer, ensureDesktopImage, startDesktop } from './desktop-container'
import { ByteQueue, basicAuthorization, shakeHands } from './rfb-probe'

const program = readFileSync(join(import.meta.dirname, 'x-clipboard.py'), 'utf8')
const desktops: DesktopContainer[] = []
const patience = { timeout: 30_000, interval: 200 }

beforeAll(async () => {
  await ensureDesktopImage()
}, 300_000)

afterAll(async () => {
  await Promise.all(desktops.map((desktop) => desktop.stop()))
})

/** With just the environment that a session of such a workspace gets. */
async function start(clipboardPolicy: TransferPolicy): Promise<DesktopContainer> {
  const spec = toContainerSpec({
    installId: 'test',
    session: { id: 'a'.repeat(24), userId: 'b'.repeat(24), imageId: null, cpuMillis: 1000, memoryBytes: GiB },
    spec: {
      reference: 'test',
      shmBytes: GiB / 8,
      environment: {},
      homePolicy: 'none',
      volumes: [],
      dockerOptions: {},
      agentGroup: null,
      timezone: null,
      clipboardPolicy,
    },
    credential: 'unused',
    homeVolume: null,
    gpuUuids: [],
    publishTo: '127.0.0.1',
  })
  const { VNC_PW: _password, ...environment } = spec.environment
  const desktop = await startDesktop({ environment })
  desktops.push(desktop)
  return desktop
}

/** A viewer that speaks RFB and asks nobody whether it may. */
async function viewer({ host, port, user, password }: DesktopContainer) {
  const socket = new WebSocket(`wss://${host}:${port}/websockify`, ['binary'], {
    rejectUnauthorized: false,
    origin: `https://${host}:${port}`,
    perMessageDeflate: false,
    headers: { Authorization: basicAuthorization(user, password) },
  })
  const bytes = new ByteQueue()
  socket.on('message', (data: Buffer) => bytes.push(data))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const { width, bitsPerPixel } = await shakeHands(socket, bytes)
  const cutTexts: string[] = []
  socket.send(Buffer.from([2, 0, 0, 1, 0, 0, 0, 0]))
  /** What was sent before is done: one row of the picture came. */
  async function fence(): Promise<void> {
    const request = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    request.writeUInt16BE(width, 6)
    socket.send(request)
    for (;;) {
      const type = (await bytes.take(1)).readUInt8()
      if (type === 3) cutTexts.push((await bytes.take((await bytes.take(7)).readUInt32BE(3))).toString('latin1'))
      if (type !== 0) continue
      const rectangles = (await bytes.take(3)).readUInt16BE(1)
      for (let index = 0; index < rectangles; index++) {
        const header = await bytes.take(12)
        await bytes.take(header.readUInt16BE(4) * header.readUInt16BE(6) * (bitsPerPixel / 8))
      }
      return
    }
  }
  return {
    cutTexts,
    fence,
    cut: (text: string) => {
      const head = Buffer.from([6, 0, 0, 0, 0, 0, 0, 0])
      head.writeUInt32BE(text.length, 4)
      socket.send(Buffer.concat([head, Buffer.from(text, 'latin1')]))
    },
    close: () => socket.terminate(),
  }
}

const read = (desktop: DesktopContainer) => desktop.exec(['python3', '-c', program, 'read'])

test.each(['both', 'off', 'up', 'down'] as const)(
  'with the clipboard %s, text passes as it says and no other way',
  async (policy) => {
    const desktop = await start(policy)
    const client = await viewer(desktop)
    await client.fence()

    client.cut('from the viewer')
    await client.fence()
    if (allowsIn(policy)) await vi.waitFor(async () => expect(await read(desktop)).toBe('text from the viewer\n'), patience)
    else expect(await read(desktop)).toBe('nothing\n')

    await desktop.exec(['sh', '-c', 'python3 -c "$0" own "from the desktop" >/tmp/asked 2>&1 &', program])
    const asked = async () => (await desktop.exec(['cat', '/tmp/asked'])).split('\n').filter((line) => line === 'asked').length
    await vi.waitFor(async () => expect(await desktop.exec(['cat', '/tmp/asked'])).toContain('owned'), patience)
    if (allowsOut(policy)) {
      await vi.waitFor(async () => {
        await client.fence()
        expect(client.cutTexts).toContain('from the desktop')
      }, patience)
    } else {
      // Whoever asks is answered, and before this one nobody had asked.
      expect(await read(desktop)).toBe('text from the desktop\n')
      expect(await asked()).toBe(1)
      await client.fence()
      expect(client.cutTexts).toEqual([])
    }
    client.close()
    // Or a program on the desktop could switch it on again.
    const commandLine = await desktop.exec(['sh', '-c', 'tr "\\0" " " < /proc/$(pgrep -x Xvnc)/cmdline'])
    expect(commandLine.includes('-AllowOverride desktop')).toBe(policy !== 'both')
  },
)
