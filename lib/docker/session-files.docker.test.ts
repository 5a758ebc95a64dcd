// Files in and out of real containers: what Docker's own archive calls lose or write as root, and what a hostile desktop tries.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { DockerOptions } from '@/lib/domain/docker-options'
import { GiB, MiB } from '@/lib/domain/workspace-image'
import { demultiplex } from './log-tail'
import { openDockerHost } from './open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from './test-engine'
import { digestOf, getFile, putFile, startWaiting, type Where } from './test-files'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const installId = `test-${randomBytes(4).toString('hex')}`
const host = openDockerHost({ kind: 'socket', socketPath }, installId)
const signal = new AbortController().signal
const home = '/home/kasm-user'
const most = 64 * MiB

let plain: Where
/** Read-only root, a home in memory. */
let strict: Where

const start = (options: DockerOptions, script?: string) =>
  startWaiting({
    host,
    installId,
    reference: process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local',
    options,
    ...(script ? { script } : {}),
  })

async function run({ containerId }: Where, command: string, user = '1000'): Promise<string> {
  const attach = { AttachStdout: true, AttachStderr: true }
  const exec = await docker.getContainer(containerId).exec({ Cmd: ['/bin/sh', '-c', command], User: user, ...attach })
  const parts: Buffer[] = []
  for await (const chunk of (await exec.start({})) as AsyncIterable<Buffer>) parts.push(chunk)
  return demultiplex(Buffer.concat(parts)).toString('utf8').trim()
}

const put = (where: Where, name: string, bytes: Uint8Array | string, replace = false) =>
  putFile(host, where, name, bytes, replace)
const get = (where: Where, name: string, folder: 'Uploads' | 'Downloads' = 'Downloads') => getFile(host, where, name, folder)

const names = async (where: Where, folder: string) =>
  (await host.listFiles(where, signal)).find((one) => one.folder === folder)?.entries.map(({ name }) => name)

const leftOver = (where: Where) => run(where, `ls -A ${home}/Uploads | grep berth-upload; ps -eo args | grep -c '[t]ar -'`)

beforeAll(async () => {
  const tmpfs = [
    { path: home, sizeBytes: 16 * MiB },
    { path: '/tmp', sizeBytes: 16 * MiB },
  ]
  plain = await start({})
  strict = await start({ readOnlyRoot: true, tmpfs })
})

afterAll(() => engineCleanup(socketPath, installId))

test('what goes in comes out, under a read-only root with a home in memory as well, as the desktop’s user and nobody else', async () => {
  for (const where of [plain, strict]) {
    for (const size of [0, 1, 3 * MiB + 17]) {
      const bytes = randomBytes(size)
      await put(where, `f${size}.bin`, bytes)
      expect(digestOf(await get(where, `f${size}.bin`, 'Uploads'))).toBe(digestOf(bytes))
    }
    expect(await run(where, `stat -c '%u %a' ${home}/Uploads ${home}/Uploads/f1.bin`)).toBe('1000 755\n1000 644')
    expect(await leftOver(where)).toBe('0')
  }
})

test('a full home takes nothing, says so, and has its room back', async () => {
  await expect(put(strict, 'much.bin', Buffer.alloc(20 * MiB, 'x'))).rejects.toMatchObject({ code: 'disk_low' })
  expect(await leftOver(strict)).toBe('0')
  await put(strict, 'fits.bin', Buffer.alloc(4 * MiB, 'x'))
})

test('strange names arrive as they are, and their text does nothing', async () => {
  const strange = [
    '-rf',
    '--help',
    '$(touch x)`id`',
    'it\'s "it" *',
    '\\n',
    'ü\u202egpj.exe',
    'z'.repeat(255),
    '.hidden',
    '<img src=x>',
  ]
  for (const name of strange) await put(plain, name, name)
  expect(await names(plain, 'Uploads')).toEqual(expect.arrayContaining(strange))
  for (const name of strange) expect((await get(plain, name, 'Uploads')).toString()).toBe(name)
  expect(await run(plain, `ls ${home} /tmp; ls / | sort | tr '\\n' ' '`)).not.toMatch(/^x$/m)
})

test('a name that is there is kept unless it is to be replaced, and a folder is never', async () => {
  await put(plain, 'twice.txt', 'one')
  await expect(put(plain, 'twice.txt', 'two')).rejects.toMatchObject({ code: 'file_exists' })
  expect((await get(plain, 'twice.txt', 'Uploads')).toString()).toBe('one')
  await put(plain, 'twice.txt', 'three', true)
  expect((await get(plain, 'twice.txt', 'Uploads')).toString()).toBe('three')
  await run(plain, `mkdir ${home}/Uploads/folder`)
  await expect(put(plain, 'folder', 'x', true)).rejects.toMatchObject({ code: 'file_refused' })
})

test('a link in the place of a file is replaced and never written through', async () => {
  await run(
    plain,
    `echo mine > ${home}/mine; ln -s ${home}/mine ${home}/Uploads/link; ln -s /etc/nothing ${home}/Uploads/dangling`,
  )
  for (const name of ['link', 'dangling']) {
    await expect(put(plain, name, 'x')).rejects.toMatchObject({ code: 'file_exists' })
    await put(plain, name, 'new', true)
  }
  expect(await run(plain, `cat ${home}/mine; stat -c %F ${home}/Uploads/link; ls /etc/nothing 2>&1`)).toMatch(
    /^mine\nregular file\n.*No such file/,
  )
})

test('a link in the place of a folder is not followed: nothing lands in /etc, in another folder, or as root anywhere', async () => {
  const where = await start({})
  for (const target of ['/etc', `${home}/elsewhere`, '/proc/1/root/etc', 'nowhere']) {
    await run(
      where,
      `rm -rf ${home}/Uploads ${home}/Downloads; mkdir -p ${home}/elsewhere; ln -s ${target} ${home}/Uploads; ln -s ${target} ${home}/Downloads`,
    )
    await expect(put(where, 'evil', 'x')).rejects.toMatchObject({ code: 'file_refused' })
    await expect(get(where, 'passwd')).rejects.toMatchObject({ code: 'file_refused' })
    expect((await host.listFiles(where, signal)).map(({ entries, problem }) => [entries.length, problem !== null])).toEqual([
      [0, true],
      [0, true],
    ])
  }
  await run(where, `rm -rf ${home}/Uploads; touch ${home}/Uploads`)
  await expect(put(where, 'evil', 'x')).rejects.toMatchObject({ code: 'file_refused' })
  // As root, since only root could have been tricked into it; and of its files none is root's.
  expect(await run(where, `find / -xdev -name evil 2>/dev/null; ls -A ${home}/elsewhere`, '0')).toBe('')
  await host.ensureRemoved(where.sessionId, signal)
})

test('only plain files come out: no link, folder, pipe or device, and none that is larger than the limit', async () => {
  await run(
    plain,
    `mkdir -p ${home}/Downloads/dir; cd ${home}/Downloads; ln -s /etc/passwd link; ln -s . here; mkfifo pipe; truncate -s 10T sparse; echo x > secret; chmod 0 secret`,
  )
  for (const name of ['link', 'here', 'dir', 'pipe', 'secret'])
    await expect(get(plain, name)).rejects.toMatchObject({ code: 'file_refused' })
  await expect(get(plain, 'sparse')).rejects.toMatchObject({ code: 'too_large' })
  await expect(get(plain, 'absent')).rejects.toMatchObject({ code: 'not_found' })
  const listed = (await host.listFiles(plain, signal)).find(({ folder }) => folder === 'Downloads')?.entries
  expect(Object.fromEntries((listed ?? []).map(({ name, kind }) => [name, kind]))).toMatchObject({
    link: 'link',
    dir: 'folder',
    pipe: 'other',
    sparse: 'file',
  })
  // Whoever gave up left no tar behind that reads ten terabytes of nothing.
  await vi.waitFor(async () => expect(await leftOver(plain)).toBe('0'), { timeout: 10_000 })
})

test('a file that grows comes as long as it was; names with line breaks and broken text are listed and do no harm', async () => {
  await run(
    plain,
    `cd ${home}/Downloads; head -c 3000000 /dev/zero > grows; touch stop; (while [ -e stop ]; do echo more >> grows; done) >/dev/null 2>&1 & true`,
  )
  expect((await get(plain, 'grows')).length).toBeGreaterThanOrEqual(3_000_000)
  await run(
    plain,
    `rm ${home}/Downloads/stop; cd ${home}/Downloads; printf x > "$(printf 'two\\nlines')"; printf x > "$(printf 'bad\\377name')"`,
  )
  expect(await names(plain, 'Downloads')).toContain('two\nlines')
  expect((await get(plain, 'two\nlines')).toString()).toBe('x')
  const bad = (await host.listFiles(plain, signal)).flatMap(({ entries }) => entries).find(({ name }) => name.startsWith('bad'))
  expect(bad).toMatchObject({ named: false })
})

test('more files than are shown are told as more', async () => {
  const where = await start({})
  await run(where, `mkdir ${home}/Downloads; cd ${home}/Downloads; seq 1 1500 | xargs touch`)
  const listed = (await host.listFiles(where, signal)).find(({ folder }) => folder === 'Downloads')
  expect([listed?.entries.length, listed?.more]).toEqual([1000, true])
  await host.ensureRemoved(where.sessionId, signal)
})

test('an upload that is given up ends tar and leaves nothing under its name', async () => {
  const giveUp = new AbortController()
  const content = async function* () {
    for (;;) {
      yield Buffer.alloc(64 * 1024)
      if (await run(plain, `ls -A ${home}/Uploads | grep -c berth-upload`).then((count) => count === '1'))
        giveUp.abort(new Error('given up'))
    }
  }
  const writing = host.writeFile(plain, { name: 'half.bin', sizeBytes: GiB, replace: false, content }, giveUp.signal)
  await expect(writing).rejects.toThrow('given up')
  await vi.waitFor(async () => expect(await leftOver(plain)).toBe('0'), { timeout: 10_000 })
  expect(await names(plain, 'Uploads')).not.toContain('half.bin')
})

test('a download that is given up ends tar, and one whose container stops is no whole file', async () => {
  await run(plain, `head -c 60000000 /dev/zero > ${home}/Downloads/large`)
  const { content } = await host.readFile(plain, { folder: 'Downloads', name: 'large', maxBytes: most }, signal)
  for await (const _ of content) break
  await vi.waitFor(async () => expect(await leftOver(plain)).toBe('0'), { timeout: 10_000 })

  // Also where nobody asks for the next piece, or ever asked for the first.
  for (const taken of [1, 0]) {
    const giveUp = new AbortController()
    const unread = await host.readFile(plain, { folder: 'Downloads', name: 'large', maxBytes: most }, giveUp.signal)
    const pieces = unread.content[Symbol.asyncIterator]()
    if (taken > 0) await pieces.next()
    expect(await leftOver(plain)).not.toBe('0')
    giveUp.abort()
    await vi.waitFor(async () => expect(await leftOver(plain)).toBe('0'), { timeout: 10_000 })
  }

  const again = await host.readFile(plain, { folder: 'Downloads', name: 'large', maxBytes: most }, signal)
  let size = 0
  const reading = async () => {
    for await (const part of again.content) {
      if (size === 0) await host.ensureStopped(plain.sessionId, 0, signal)
      size += part.length
    }
  }
  await expect(reading()).rejects.toThrow()
  expect(size).toBeLessThan(60_000_000)
})

test('an image without tar, and one whose files are not there any more, say so', async () => {
  const where = await start({ user: '0', capAdd: ['DAC_OVERRIDE'] }, 'mv /bin/tar /bin/tar-away; exec sleep 3600')
  await vi.waitFor(async () => expect(await run(where, 'command -v tar; true')).toBe(''), { timeout: 10_000 })
  await expect(put(where, 'x', 'x')).rejects.toMatchObject({ message: expect.stringContaining('has no tar') })
  await expect(get(where, 'x')).rejects.toMatchObject({ message: expect.stringContaining('has no tar') })
  await host.ensureRemoved(where.sessionId, signal)
  await expect(put(where, 'x', 'x')).rejects.toMatchObject({ name: 'DomainError' })
})
