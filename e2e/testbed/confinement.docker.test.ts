// What somebody in a desktop can use up, reach and break, tried from inside real desktops that the portal started, with a GPU each.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { probeFirstFrame } from '@/e2e/contract/rfb-probe'
import type { Actor } from '@/lib/domain/actor'
import { desktopUser } from '@/lib/domain/container-spec'
import { MiB } from '@/lib/domain/workspace-image'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { HostedPortal, run } from './hosted-portal'
import { startTestbed, type Testbed } from './start-testbed'

const pidsLimit = 200
const memoryBytes = 512 * MiB
let testbed: Testbed
let portal: HostedPortal
let mallory: Actor
let attacker: { id: string; container: Docker.Container }
let neighbour: { id: string; container: Docker.Container }

beforeAll(async () => {
  testbed = await startTestbed({ hosts: [{ name: 'shared', gpus: 'a10x2' }] })
  portal = await HostedPortal.open(testbed.hosts)
  await portal.startController()
  await portal.untilSeen()
  mallory = await portal.person('mallory')
  const image = await portal.image({ gpus: 1, memoryBytes, dockerOptions: { pidsLimit } })
  const launch = async (actor: Actor) => {
    const { id } = await portal.launch(actor, image)
    await portal.reach(id, 'running', 60_000)
    return { id, container: await portal.container(id) }
  }
  attacker = await launch(mallory)
  neighbour = await launch(await portal.person('neighbour'))
})

afterAll(async () => {
  await portal?.close()
  await testbed?.stop()
})

const inside = (...command: string[]) => run(attacker.container, ...command)

/** A viewer's first picture of the other desktop, by the way that the portal found to it. */
async function neighbourAnswers(): Promise<void> {
  const row = await portal.row(neighbour.id)
  const password = open(portal.deps.keys, sealContext.credential(row.id), row.credentialSealed ?? '')
  const address = { host: row.reachHost ?? '', port: row.reachPort ?? 0, user: desktopUser, password }
  const frame = await probeFirstFrame({ ...address, timeoutMs: 10_000 })
  expect(frame.width).toBeGreaterThan(0)
}

test('the desktop and what runs in it have no capability, no way to more, and the default seccomp profile', async () => {
  for (const status of ['/proc/1/status', '/proc/self/status']) {
    const text = await inside('cat', status)
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(text).toMatch(new RegExp(`${set}:\t0{16}\n`))
    expect(text).toMatch(/Seccomp:\t2\n/)
    expect(text).toMatch(/NoNewPrivs:\t1\n/)
  }
  expect(await inside('id', '-u')).not.toBe('0\n')
})

test.each([
  ['a new user namespace', 'unshare --user --map-root-user true', /denied|not permitted|Operation|unshare failed/i],
  ['a device node of the other GPU', 'mknod /tmp/nvidia1 c 195 1', /not permitted|denied/i],
  ['a mount', 'mount -t tmpfs tmpfs /mnt', /permission denied|must be superuser|not permitted/i],
  [
    'the memory of the machine',
    'dd if=/proc/kcore of=/dev/null count=1 2>&1 | grep -q "^[1-9].* records in" && echo open || echo shut',
    /^shut$/m,
  ],
  ['the settings of the kernel', 'echo 1 > /proc/sys/kernel/core_pattern', /read-only|denied/i],
  ['the processes of the machine', 'ls /proc | grep -c "^[0-9]"', /^\d{1,2}$/m],
  [
    'the control groups of the machine',
    'echo 1 > /sys/fs/cgroup/memory/memory.limit_in_bytes',
    /read-only|denied|nonexistent|No such/i,
  ],
  ['the socket of the engine', 'ls /var/run/docker.sock /run/docker.sock', /No such file/],
])('%s is out of reach', async (_, command, refusal) => {
  expect(await inside('sh', '-c', `${command} 2>&1`)).toMatch(refusal)
})

test('nothing of the host is mounted but what the engine and the GPU hook put there', async () => {
  const { Mounts, HostConfig } = await attacker.container.inspect()
  expect(Mounts).toEqual([])
  expect(HostConfig.Privileged).toBe(false)
  const sources = (await inside('cat', '/proc/self/mountinfo')).split('\n').map((line) => line.split(' ')[4] ?? '')
  const unexpected = sources.filter(
    (path) =>
      path &&
      !/^\/($|proc|sys|dev|etc\/(resolv\.conf|hostname|hosts)$|usr\/bin\/nvidia-smi$|usr\/share\/fake-gpu$|(usr\/)?sbin\/docker-init$)/.test(
        path,
      ),
  )
  expect(unexpected).toEqual([])
})

test('in /dev and by nvidia-smi each has one GPU, the own one [attack 28]', async () => {
  const all = testbed.host('shared').gpus.map((gpu) => gpu.uuid)
  for (const { id, container } of [attacker, neighbour]) {
    const uuid = (await portal.view(portal.admin, id)).gpus[0]?.uuid ?? ''
    expect(await run(container, 'nvidia-smi', '-L')).toBe(`GPU 0: NVIDIA A10 (UUID: ${uuid})\n`)
    const nodes = (await run(container, 'ls', '-1', '/dev')).split('\n').filter((name) => /^nvidia\d+$/.test(name))
    expect(nodes).toEqual([`nvidia${all.indexOf(uuid)}`])
  }
})

test('a fork bomb ends at the limit of processes, and the desktop next to it answers', async () => {
  const bomb = inside('sh', '-c', `i=0; while [ $i -lt ${pidsLimit * 2} ]; do sleep 3 & i=$((i+1)); done 2>&1 | tail -n 1`)
  await neighbourAnswers()
  expect(await bomb).toMatch(/fork|resource/i)
  expect((await attacker.container.inspect()).HostConfig.PidsLimit).toBe(pidsLimit)
})

test('a memory balloon bursts at the limit of memory, and the desktop next to it answers', async () => {
  const balloon = inside('sh', '-c', 'head -c 2000000000 /dev/zero | tail -c 1900000000 > /dev/null; echo ended with $?')
  await neighbourAnswers()
  expect(await balloon).not.toContain('ended with 0')
  const stats = await attacker.container.stats({ stream: false })
  expect(stats.memory_stats.limit).toBe(memoryBytes)
})

test('a flood of log lines stays within its files, and the desktop next to it answers', async () => {
  const flood = inside('sh', '-c', 'timeout 4 yes "a line of a flood that nobody reads" > /proc/1/fd/1; true')
  await neighbourAnswers()
  await flood
  const { Id } = await attacker.container.inspect()
  const folder = join(testbed.folder, '0', 'data', 'containers', Id)
  const logs = readdirSync(folder).filter((name) => name.includes('-json.log'))
  const bytes = logs.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(logs.length).toBeLessThanOrEqual(3)
  expect(bytes).toBeLessThan(33 * MiB)
})

test('while one desktop writes to the disk as fast as it can, the one next to it answers', async () => {
  const writing = inside(
    'sh',
    '-c',
    'dd if=/dev/zero of=/tmp/fill bs=1M count=300 2>/dev/null; stat -c %s /tmp/fill; rm /tmp/fill',
  )
  await neighbourAnswers()
  await neighbourAnswers()
  expect(await writing).toContain(String(300 * MiB))
})
