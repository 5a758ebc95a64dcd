// The starter desktop in real containers: the contract, the hardening that sessions run under, and its own promises.
import { connect } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  ensureDesktopImage,
  logsOf,
  startContainer,
  startDesktop,
  testEngine,
  testLabels,
  waitForExit,
} from './desktop-container'
import { desktopContract } from './desktop-contract'
import { type DesktopAddress, type FirstFrame, probeFirstFrame } from './rfb-probe'

const mebibyte = 1024 * 1024

let image: string

beforeAll(async () => {
  image = await ensureDesktopImage()
}, 20 * 60_000)

describe('keeps the contract', () => {
  desktopContract(() => startDesktop())
})

/** Resolves once XFCE has drawn its panel and background; a screen of a few colours is not a desktop yet. */
async function painted(desktop: DesktopAddress): Promise<FirstFrame> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const frame = await probeFirstFrame(desktop)
    if (frame.colours > 40) return frame
    if (Date.now() > deadline) throw new Error(`nothing was drawn: ${JSON.stringify(frame)}`)
  }
}

const hardened = {
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  PidsLimit: 512,
  Memory: 512 * mebibyte,
  MemorySwap: 512 * mebibyte,
  NanoCpus: 1_000_000_000,
  ShmSize: 64 * mebibyte,
  ReadonlyRootfs: true,
  Init: true,
  Tmpfs: { '/tmp': 'rw,mode=1777,size=64m', '/home/kasm-user': 'rw,uid=1000,gid=1000,mode=0755,size=64m' },
}

test('says in its log, before it answers, whose certificate it shows', async () => {
  const desktop = await startDesktop()
  try {
    const shown = await new Promise((resolve, reject) => {
      const socket = connect({ host: desktop.host, port: desktop.port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256)
        socket.destroy()
      }).once('error', reject)
    })
    expect((await logsOf(desktop.container)).split('\n')).toContain(`berth-desktop: certificate SHA-256 ${shown}`)
  } finally {
    await desktop.stop()
  }
})

test('with every hardening flag at once it answers, paints, and has no privilege left', async () => {
  const desktop = await startDesktop({ hostConfig: hardened })
  try {
    await painted(desktop)
    const status = await desktop.exec(['cat', '/proc/self/status'])
    expect(status).toMatch(/^CapEff:\t0+$/m)
    expect(status).toMatch(/^CapBnd:\t0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(status).toMatch(/^Seccomp:\t2$/m)
    expect((await desktop.exec(['id', '-u'])).trim()).toBe('1000')
    expect(await desktop.exec(['pgrep', '-c', '-x', 'xfce4-panel|xfwm4|xfdesktop|xfsettingsd'])).toBe('4\n')
    const { State } = await desktop.container.inspect()
    expect(State.OOMKilled).toBe(false)
  } finally {
    await desktop.stop()
  }
})

describe('what it starts with', () => {
  test('a password of fewer than six characters ends it with code 2 and says so', async () => {
    for (const environment of [{}, { VNC_PW: 'five5' }]) {
      const { exitCode, output } = await waitForExit(await startContainer({ environment }))
      expect(exitCode).toBe(2)
      expect(output).toContain('VNC_PW must have at least 6 characters')
    }
  })

  test('a home that it cannot write to ends it with code 1 and says what to do', async () => {
    const hostConfig = { Tmpfs: { '/home/kasm-user': 'rw,uid=0,gid=0,mode=0755' } }
    const { exitCode, output } = await waitForExit(await startContainer({ environment: { VNC_PW: 'long-enough' }, hostConfig }))
    expect(exitCode).toBe(1)
    expect(output).toContain('/home/kasm-user is not writable by uid 1000')
  })

  test('VNCOPTIONS of KasmVNC are taken where Xvnc knows them and ignored where not', async () => {
    const environment = {
      VNCOPTIONS:
        '-SendCutText 0 -AcceptCutText=0 -BlacklistThreshold 1000000 -FrameRate 30 -PreferBandwidth -DynamicQualityMin=4 -DLP_ClipDelay 0 -rfbport 5901 -SecurityTypes None -sslOnly 0',
    }
    const desktop = await startDesktop({ environment })
    try {
      const commandLine = (await desktop.exec(['pgrep', '-a', 'Xvnc'])).trim()
      expect(commandLine).toMatch(/-SendCutText 0 -AcceptCutText 0 -BlacklistThreshold 1000000 -FrameRate 30$/)
      expect(commandLine).toContain('-rfbport -1')
      expect(await logsOf(desktop.container)).toContain(
        'not taken from VNCOPTIONS: -PreferBandwidth -DynamicQualityMin -DLP_ClipDelay -rfbport -SecurityTypes -sslOnly\n',
      )
      await probeFirstFrame(desktop)
    } finally {
      await desktop.stop()
    }
  })

  test('the password stands in no argument and in no file, and the time zone is the given one', async () => {
    const desktop = await startDesktop({ environment: { TZ: 'Asia/Tokyo' }, password: 'needle-in-haystack' })
    try {
      expect(await desktop.exec(['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'])).not.toContain('needle-in-haystack')
      expect(await desktop.exec(['grep', '-rIls', 'needle-in-haystack', '/tmp', '/home'])).toBe('')
      expect((await desktop.exec(['date', '+%Z'])).trim()).toBe('JST')
    } finally {
      await desktop.stop()
    }
  })

  test('each start has a certificate of its own', async () => {
    const desktop = await startDesktop()
    try {
      const before = await fingerprint(desktop)
      await desktop.container.restart({ t: 2 })
      const { NetworkSettings } = await desktop.container.inspect()
      const again = { ...desktop, port: Number(NetworkSettings.Ports['6901/tcp']?.[0]?.HostPort) }
      await expect.poll(() => fingerprint(again).catch(() => before), { timeout: 20_000 }).not.toBe(before)
    } finally {
      await desktop.stop()
    }
  })

  test('a stop is quick and clean', async () => {
    const container = (await startDesktop()).container
    await container.stop({ t: 8 })
    expect((await waitForExit(container)).exitCode).toBe(0)
  })

  test('without its X server the container ends instead of pretending', async () => {
    const desktop = await startDesktop()
    await desktop.exec(['pkill', '-KILL', 'Xvnc'])
    const { exitCode, output } = await waitForExit(desktop.container)
    expect(exitCode).toBe(70)
    expect(output).toContain('the X server ended')
  })
})

test('a page of another site cannot open the stream with the password that the browser remembers', async () => {
  const desktop = await startDesktop()
  try {
    const open = (site: string) => probeFirstFrame({ ...desktop, headers: { 'Sec-Fetch-Site': site } })
    await expect(open('cross-site')).rejects.toThrow('403')
    await expect(open('same-site')).rejects.toThrow('403')
    expect((await open('same-origin')).width).toBe(1280)
  } finally {
    await desktop.stop()
  }
})

describe('the home', () => {
  test('is seeded when empty and keeps what is in it', async () => {
    const docker = testEngine()
    const volume = await docker.createVolume({ Labels: testLabels })
    const hostConfig = { Mounts: [{ Type: 'volume' as const, Source: volume.name, Target: '/home/kasm-user' }] }
    try {
      const first = await startDesktop({ hostConfig })
      try {
        expect(await first.exec(['ls', '/home/kasm-user'])).toContain('Desktop')
        await first.exec(['sh', '-c', 'echo mine > ~/.bashrc; echo kept > ~/notes.txt'])
      } finally {
        await first.container.remove({ force: true })
      }
      const second = await startDesktop({ hostConfig })
      try {
        expect(await second.exec(['sh', '-c', 'cat ~/.bashrc ~/notes.txt'])).toBe('mine\nkept\n')
      } finally {
        await second.stop()
      }
    } finally {
      await volume.remove({ force: true })
    }
  })

  test('custom_startup.sh runs with the desktop’s display', async () => {
    const container = await testEngine().createContainer({
      Image: image,
      Env: ['VNC_PW=long-enough'],
      Labels: testLabels,
    })
    const script = 'echo "display $DISPLAY user $(id -u)"\n'
    await container.putArchive(tarOf('custom_startup.sh', script), { path: '/dockerstartup' })
    await container.start()
    try {
      await expect.poll(() => logsOf(container), { timeout: 20_000 }).toContain('display :1 user 1000')
    } finally {
      await container.remove({ force: true })
    }
  })
})

describe('the image', () => {
  test('names itself and its sources', async () => {
    const { Config } = await testEngine().getImage(image).inspect()
    expect(Config.Labels).toMatchObject({ 'berth.image': 'desktop', 'org.opencontainers.image.title': 'Berth starter desktop' })
    expect(Config.Labels?.['berth.source']).toMatch(/^[0-9a-f]{64}$/)
    expect(Config.User).toBe('1000')
  })

  test('is not built again while its sources are the same', async () => {
    const before = await testEngine().getImage(image).inspect()
    await ensureDesktopImage()
    expect((await testEngine().getImage(image).inspect()).Id).toBe(before.Id)
  })

  test('has Debian’s own sources, a sound package database and no set-uid program', async () => {
    const desktop = await startDesktop()
    try {
      const sources = await desktop.exec([
        'sh',
        '-c',
        'cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -E "URIs|^deb"',
      ])
      expect(sources).toBe('URIs: http://deb.debian.org/debian\nURIs: http://deb.debian.org/debian-security\n')
      expect(
        await desktop.exec(['sh', '-c', 'ls /etc/apt/apt.conf.d | grep -i -E "proxy|mmdebstrap"; ls -A /var/lib/apt/lists']),
      ).toBe('')
      expect(await desktop.exec(['dpkg', '--audit'], 'root')).toBe('')
      expect(await desktop.exec(['apt-get', 'check', '-qq'], 'root')).toBe('')
      expect(await desktop.exec(['find', '/', '-xdev', '-perm', '/6000', '-type', 'f'], 'root')).toBe('')
    } finally {
      await desktop.stop()
    }
  })
})

function fingerprint({ host, port }: DesktopAddress): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

/** A tar archive of one small executable file. */
function tarOf(name: string, text: string): Buffer {
  const header = Buffer.alloc(512)
  const body = Buffer.from(text)
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`
  header.write(name, 0)
  header.write(octal(0o755, 8) + octal(0, 8) + octal(0, 8) + octal(body.length, 12) + octal(0, 12), 100)
  header.write('        0', 148)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, body, Buffer.alloc(512 - (body.length % 512)), Buffer.alloc(1024)])
}
