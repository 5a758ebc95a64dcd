// An image is made of a real container, and everything that Docker stores of it is searched for what must not be in it.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { toContainerSpec } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'
import { authoringSpec } from '@/lib/domain/image-save'
import { GiB } from '@/lib/domain/workspace-image'
import { demultiplex } from './log-tail'
import { openDockerHost } from './open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from './test-engine'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const installId = `test-${randomBytes(4).toString('hex')}`
const parentReference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'
const reference = `berth/saved-test-${installId}:1`
const host = openDockerHost({ kind: 'socket', socketPath }, installId)
const signal = new AbortController().signal
const random = (what: string) => `${what}-${randomBytes(12).toString('hex')}`
const password = random('password')
const planted = {
  token: random('token'),
  history: random('history'),
  key: random('key'),
  cookie: random('cookie'),
  variable: random('variable'),
}
let sessionId = ''

function newSession(of: string, more: object = {}) {
  const session = { id: newId(), userId: newId(), imageId: newId(), cpuMillis: 1000, memoryBytes: GiB }
  const spec = {
    reference: of,
    shmBytes: GiB / 8,
    environment: { LANG: 'de_DE.UTF-8', MY_TOKEN: planted.variable },
    homePolicy: 'none' as const,
    volumes: [],
    dockerOptions: {},
    agentGroup: null,
    timezone: 'Europe/Berlin',
  }
  return toContainerSpec({
    installId,
    session,
    spec: { ...spec, ...more },
    credential: password,
    homeVolume: null,
    gpuUuids: [],
    publishTo: '127.0.0.1',
  })
}

async function run(id: string, command: string, user = '1000'): Promise<string> {
  const exec = await docker
    .getContainer(`berth-${id}`)
    .exec({ Cmd: ['/bin/sh', '-c', command], User: user, AttachStdout: true, AttachStderr: true })
  const parts: Buffer[] = []
  for await (const chunk of (await exec.start({})) as AsyncIterable<Buffer>) parts.push(chunk)
  return demultiplex(Buffer.concat(parts)).toString('utf8')
}

const answers = (id: string) =>
  vi.waitFor(
    async () => expect(await run(id, 'test -S /tmp/.X11-unix/X1 && pgrep -x xfwm4 >/dev/null && echo yes')).toContain('yes'),
    {
      timeout: 60_000,
      interval: 250,
    },
  )

async function start(spec: ReturnType<typeof newSession>): Promise<string> {
  const seen = await host.ensureCreated(spec, signal)
  await host.ensureStarted(seen.sessionId, signal)
  return seen.sessionId
}

beforeAll(async () => {
  sessionId = await start(
    newSession(
      parentReference,
      authoringSpec({
        reference: parentReference,
        shmBytes: GiB / 8,
        environment: { LANG: 'de_DE.UTF-8', MY_TOKEN: planted.variable },
        homePolicy: 'none',
        volumes: [],
        dockerOptions: {},
        agentGroup: null,
        timezone: 'Europe/Berlin',
      }),
    ),
  )
  await answers(sessionId)
})

afterAll(async () => {
  await engineCleanup(socketPath, installId)
  await docker
    .getImage(reference)
    .remove({ force: true })
    .catch(() => undefined)
})

test('an administrator gets a terminal as root on the desktop, with Docker’s default capabilities and no more', async () => {
  await host.openRootTerminal(sessionId, signal)
  await vi.waitFor(async () => expect(await run(sessionId, 'ps -eo user,args')).toMatch(/root +xfce4-terminal/), {
    timeout: 30_000,
    interval: 250,
  })
  // On the screen, not only in the list of processes.
  await vi.waitFor(async () => expect(await run(sessionId, 'ps -eo user,args')).toMatch(/root +bash/), {
    timeout: 30_000,
    interval: 250,
  })
  const status = await run(sessionId, 'grep -E "^(CapEff|CapBnd|Seccomp|NoNewPrivs)" /proc/self/status', '0')
  expect(status).toMatch(/CapEff:\s+00000000a80425fb/)
  expect(status).toMatch(/CapBnd:\s+00000000a80425fb/)
  expect(status).toMatch(/Seccomp:\s+2/)
})

test('an ordinary session has no way to root', async () => {
  const id = await start(newSession(parentReference))
  const status = await run(id, 'grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status', '0')
  expect(status).toMatch(/CapEff:\s+0{16}/)
  expect(status).toMatch(/NoNewPrivs:\s+1/)
  await host.ensureRemoved(id, signal)
})

test('what is private is gone from every layer and from the configuration, and what was made is there', {
  timeout: 300_000,
}, async () => {
  const home = '/home/kasm-user'
  await run(
    sessionId,
    `cd ${home}; mkdir -p .ssh .config/chromium/Default .cache/x Desktop
     echo ${planted.key} > .ssh/id_ed25519; echo ${planted.token} > .netrc; echo ${planted.history} > .bash_history
     echo ${planted.cookie} > .config/chromium/Default/Cookies; echo ${planted.cookie} > .cache/x/y; echo ${planted.token} > /tmp/left
     echo kept > .config/chromium/Default/Preferences; echo 'made by hand' > Desktop/hello.txt; echo ${password} > .vnc-note`,
  )
  await run(
    sessionId,
    `echo ${password} > /opt/leak; echo tool > /opt/tool; umask 077; echo of-root > ${home}/Desktop/of-root.txt; rm /usr/share/doc/bash/copyright; echo ${planted.history} > /root/.bash_history; chmod u+s /opt/tool`,
    '0',
  )

  const found = await host.cleanForImage(sessionId, password, signal)
  expect(found.leaks).toEqual(['/home/kasm-default-profile/.vnc-note', '/opt/leak'])
  expect(found.removed).toContain('/home/kasm-user/.ssh')
  // Taken back: the container starts again, with everything that was made in it.
  await host.ensureStopped(sessionId, 1, signal)
  await host.ensureStarted(sessionId, signal)
  await answers(sessionId)
  expect(await run(sessionId, `cat ${home}/Desktop/hello.txt`)).toContain('made by hand')
  await run(sessionId, `rm ${home}/.vnc-note`)
  // What was written before that start is found as well.
  expect((await host.cleanForImage(sessionId, password, signal)).leaks).toEqual(['/opt/leak'])
  await run(sessionId, 'rm /opt/leak', '0')

  expect((await host.cleanForImage(sessionId, password, signal)).leaks).toEqual([])
  // A controller that died meanwhile does it again.
  expect((await host.cleanForImage(sessionId, password, signal)).leaks).toEqual([])
  await host.ensureStopped(sessionId, 1, signal)
  const { changes, sizeBytes } = await host.changesOf(sessionId, signal)
  expect(changes).toContainEqual({ path: '/opt/tool', kind: 'added' })
  expect(changes).toContainEqual({ path: '/usr/share/doc/bash/copyright', kind: 'deleted' })
  expect(changes).toContainEqual({ path: '/home/kasm-default-profile/Desktop/hello.txt', kind: 'added' })
  expect(sizeBytes).toBeGreaterThan(0)

  const image = await host.commitImage(sessionId, reference, signal)
  expect(image.references).toContain(reference)
  // As after a crash: the second image replaces the first.
  await host.commitImage(sessionId, reference, signal)
  await searchEverything(reference)
})

/** `docker save` holds the layers as plain archives, and every configuration as text. */
async function searchEverything(of: string): Promise<void> {
  const wanted = [password, ...Object.values(planted)].map((text) => Buffer.from(text))
  const work = Buffer.from('made by hand')
  const overlap = 256
  let before = Buffer.alloc(0)
  const seen = new Set<string>()
  for await (const chunk of (await docker.getImage(of).get()) as AsyncIterable<Buffer>) {
    const window = Buffer.concat([before, chunk])
    for (const text of [...wanted, work]) if (window.includes(text)) seen.add(text.toString())
    before = window.subarray(Math.max(0, window.length - overlap))
  }
  expect([...seen]).toEqual(['made by hand'])
}

test('its configuration is its parent’s, and names nothing of the session', async () => {
  const [parent, saved] = await Promise.all([docker.getImage(parentReference).inspect(), docker.getImage(reference).inspect()])
  const { Env, Labels, Entrypoint, Cmd, User, WorkingDir } = saved.Config
  expect({ Entrypoint, Cmd, User, WorkingDir }).toEqual({
    Entrypoint: parent.Config.Entrypoint,
    Cmd: parent.Config.Cmd,
    User: parent.Config.User,
    WorkingDir: parent.Config.WorkingDir,
  })
  for (const entry of parent.Config.Env) expect(Env).toContain(entry)
  expect(Env.filter((entry) => !parent.Config.Env.includes(entry)).every((entry) => entry.endsWith('='))).toBe(true)
  expect(Labels).toMatchObject({
    'berth.viewer': '1',
    'berth.install': '',
    'berth.session': '',
    'berth.saved-from': parentReference,
  })
  expect(JSON.stringify(saved)).not.toContain(sessionId)
})

test('a session of it works, and a fresh home has what was made by hand', async () => {
  const id = await start(newSession(reference))
  await answers(id)
  expect(
    await run(
      id,
      'cat ~/Desktop/hello.txt ~/Desktop/of-root.txt; cat /opt/tool; ls -A ~ | tr "\\n" " "; stat -c %U ~/Desktop/hello.txt',
    ),
  ).toMatch(/made by hand\nof-root\ntool\n.*kasm-user/)
  expect(await run(id, 'ls -A ~')).not.toMatch(/\.ssh|\.netrc|\.bash_history|berth-moved/)
})
