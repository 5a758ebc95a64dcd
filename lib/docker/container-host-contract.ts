// What every ContainerHost keeps, the real one and the one in memory: so a test over the fake says something about Docker.
import { expect, test } from 'vitest'
import type { ContainerHost } from '@/lib/domain/container-host'
import { type ContainerSpec, containerName, type SessionSpec, toContainerSpec } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'

const MiB = 1024 * 1024
const signal = new AbortController().signal

export type ContractSubject = {
  host: () => ContainerHost
  installId: string
  /** An image that is there and runs `/bin/sh`. */
  reference: string
  /** Puts a container that is not ours under this name. */
  addForeign(name: string): Promise<void>
}

type Overrides = {
  command?: string[]
  spec?: Partial<SessionSpec>
  homeVolume?: { id: string; name: string } | null
  memoryBytes?: number
}

export function contractSpec(
  subject: Pick<ContractSubject, 'installId' | 'reference'>,
  overrides: Overrides = {},
): ContainerSpec {
  const command = overrides.command ?? ['/bin/sh', '-c', 'trap "exit 0" TERM; echo hello; while :; do sleep 0.1; done']
  return toContainerSpec({
    installId: subject.installId,
    session: { id: newId(), userId: newId(), imageId: null, cpuMillis: 500, memoryBytes: overrides.memoryBytes ?? 128 * MiB },
    spec: {
      reference: subject.reference,
      shmBytes: 64 * MiB,
      environment: {},
      homePolicy: 'none',
      volumes: [],
      dockerOptions: { entrypoint: command, command: [] },
      agentGroup: null,
      timezone: null,
      ...overrides.spec,
    },
    credential: 'contract-test',
    homeVolume: overrides.homeVolume ?? null,
    gpuUuids: [],
    publishTo: '127.0.0.1',
  })
}

export function sessionIdOf(spec: ContainerSpec): string {
  return spec.name.slice(containerName('').length)
}

export function containerHostContract(subject: ContractSubject): void {
  const specOf = (overrides?: Overrides) => contractSpec(subject, overrides)

  test('a container is created, started, paused, unpaused, stopped and removed; each verb may be repeated', async () => {
    const host = subject.host()
    const spec = specOf()
    const id = sessionIdOf(spec)
    expect(await host.find(id, signal)).toBeNull()
    const created = await host.ensureCreated(spec, signal)
    expect(created).toMatchObject({ sessionId: id, state: 'created', startedAt: null, installId: subject.installId })
    expect(await host.ensureCreated(spec, signal)).toEqual(created)
    const started = await host.ensureStarted(id, signal)
    expect(started).toMatchObject({
      id: created.id,
      state: 'running',
      startedAt: expect.any(String),
      bridgeAddress: expect.any(String),
    })
    expect(await host.ensureStarted(id, signal)).toEqual(started)
    await host.ensurePaused(id, signal)
    await host.ensurePaused(id, signal)
    expect(await host.find(id, signal)).toMatchObject({ state: 'paused', startedAt: started.startedAt })
    await host.ensureUnpaused(id, signal)
    await host.ensureUnpaused(id, signal)
    expect(await host.find(id, signal)).toEqual(started)
    expect(await host.list(signal)).toEqual({ seen: expect.arrayContaining([started]), unknown: [] })
    await host.ensureStopped(id, 5, signal)
    await host.ensureStopped(id, 5, signal)
    expect(await host.find(id, signal)).toMatchObject({ state: 'exited', exitCode: 0, bridgeAddress: null, published: null })
    await host.ensureRemoved(id, signal)
    await host.ensureRemoved(id, signal)
    expect(await host.find(id, signal)).toBeNull()
    expect((await host.list(signal)).seen.map((container) => container.sessionId)).not.toContain(id)
  })

  test('what is done to a container that is not there is done', async () => {
    const host = subject.host()
    const id = newId()
    await host.ensurePaused(id, signal)
    await host.ensureUnpaused(id, signal)
    await host.ensureStopped(id, 1, signal)
    await host.ensureRemoved(id, signal)
    await host.ensureVolumeRemoved(`no-such-volume-${id}`, signal)
    expect(await host.logTail(id, 10, signal)).toBe('')
  })

  test('starting what was never created is an error, not a silence', async () => {
    await expect(subject.host().ensureStarted(newId(), signal)).rejects.toMatchObject({ code: 'container_failed' })
  })

  test('a container of somebody else under our name is neither adopted nor listed nor removed', async () => {
    const host = subject.host()
    const spec = specOf()
    const id = sessionIdOf(spec)
    await subject.addForeign(spec.name)
    await expect(host.ensureCreated(spec, signal)).rejects.toMatchObject({ code: 'container_conflict' })
    expect(await host.find(id, signal)).toBeNull()
    await host.ensureRemoved(id, signal)
    await expect(host.ensureCreated(spec, signal)).rejects.toMatchObject({ code: 'container_conflict' })
  })

  toldApart(subject)
  gpusOfNobody(subject)
}

function toldApart(subject: ContractSubject): void {
  const specOf = (overrides?: Overrides) => contractSpec(subject, overrides)

  test('an image that is not there is told apart from every other failure', async () => {
    const host = subject.host()
    const spec = { ...specOf(), reference: 'berth-test/no-such-image:1' }
    await expect(host.ensureCreated(spec, signal)).rejects.toMatchObject({ code: 'image_missing' })
    expect(await host.findImage(spec.reference, signal)).toBeNull()
    expect(await host.findImage(subject.reference, signal)).toMatchObject({
      references: expect.arrayContaining([subject.reference]),
    })
    expect((await host.images(signal)).flatMap((image) => image.references)).toContain(subject.reference)
  })

  test('a caller who has given up gets no answer', async () => {
    const gone = AbortSignal.abort(new Error('the caller has gone'))
    await expect(subject.host().list(gone)).rejects.toThrow()
    await expect(subject.host().facts(gone)).rejects.toThrow()
  })

  test('the first nudge says that the subscription stands, and the stream ends with its signal', async () => {
    const stop = new AbortController()
    const nudges = subject.host().watch(stop.signal)[Symbol.asyncIterator]()
    expect((await nudges.next()).value).toEqual({ sessionId: null, what: 'subscribed' })
    const next = nudges.next().catch(() => ({ done: true }))
    stop.abort()
    expect((await next).done).toBe(true)
  })
}

/** What holds on a host without GPUs as well. */
function gpusOfNobody(subject: ContractSubject): void {
  test('a container shows the GPUs that it was given, by UUID and by CDI name', async () => {
    const host = subject.host()
    const spec = { ...contractSpec(subject), gpuUuids: ['GPU-none-such', 'nvidia.com/gpu=GPU-nor-this'] }
    expect(await host.ensureCreated(spec, signal)).toMatchObject({ gpuDevices: spec.gpuUuids })
    const { seen } = await host.list(signal)
    expect(seen.find(({ sessionId }) => sessionId === sessionIdOf(spec))?.gpuDevices).toEqual(spec.gpuUuids)
    await host.ensureRemoved(sessionIdOf(spec), signal)
  })

  test('a container without nvidia-smi, one that sleeps and one that is not there say nothing about GPUs', async () => {
    const host = subject.host()
    const spec = contractSpec(subject)
    const id = sessionIdOf(spec)
    expect(await host.visibleGpus(id, signal)).toBeNull()
    await host.ensureCreated(spec, signal)
    await host.ensureStarted(id, signal)
    expect(await host.visibleGpus(id, signal)).toBeNull()
    await host.ensurePaused(id, signal)
    expect(await host.visibleGpus(id, signal)).toBeNull()
    await host.ensureRemoved(id, signal)
  })

  test('where there are no GPUs, nothing can be made that tells their numbers, and nothing is told', async () => {
    const host = subject.host()
    await expect(host.ensureGpuWatch(subject.reference, signal)).rejects.toMatchObject({ code: 'container_failed' })
    for await (const readings of host.followGpuWatch({ fromStart: true }, signal)) expect(readings).toBe('nothing')
    await host.ensureGpuWatchRemoved(signal)
    await host.ensureGpuWatchRemoved(signal)
  })

  test('a look that leaves GPUs out says that it did, and one that does not says that there are none', async () => {
    const host = subject.host()
    expect(await host.probe(subject.reference, { gpus: false }, signal)).toMatchObject({ gpus: null })
    expect(await host.probe(subject.reference, { gpus: true }, signal)).toMatchObject({
      gpus: [],
      gpuProblem: null,
      cudaVersion: null,
    })
  })
}
