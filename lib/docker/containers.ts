// What is done to a session's container. Every verb is idempotent: 304, 404 and 409 are facts that are handled, not failures.
import type { ContainerHost, HostNotes } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import type { ImageHost } from '@/lib/domain/image-host'
import { compareCertificate } from './certificate-pin'
import { creation, removeVolume } from './create-container'
import type { Engine } from './engine'
import { readLogTail } from './log-tail'
import { ownContainers } from './own-containers'
import { saveVerbs } from './save-image'
import { fileVerbs } from './session-files'
import { unless } from './status-codes'
import { readVisibleGpus } from './visible-gpus'

type ContainerVerbs = Omit<
  ContainerHost,
  | keyof ImageHost
  | keyof HostNotes
  | 'facts'
  | 'tryPublished'
  | 'probe'
  | 'watch'
  | 'ensureGpuWatch'
  | 'ensureGpuWatchRemoved'
  | 'followGpuWatch'
>

export function containerVerbs(engine: Engine): ContainerVerbs {
  const own = ownContainers(engine)
  const { ensureNetwork, ensureCreated, withNetwork } = creation(engine, own)
  return {
    find: own.find,
    list: own.list,
    ensureNetwork,
    ensureCreated,
    ensureStarted: async (sessionId, signal, containerId) => {
      await withNetwork(signal, () =>
        own.on(sessionId, { signal, deadlineMs: 60_000, verb: 'start', containerId }, (container, abortSignal) =>
          unless([304], container.start({ abortSignal })),
        ),
      )
      const seen = await own.find(sessionId, signal)
      if (!seen) throw new DomainError('container_failed', { message: 'The container disappeared while it was started.' })
      return seen
    },
    ensurePaused: async (sessionId, signal, containerId) => {
      await own.on(sessionId, { signal, deadlineMs: 15_000, verb: 'change', containerId }, async (container, abortSignal) => {
        if (!(await container.inspect({ abortSignal })).State.Paused) await container.pause({ abortSignal })
      })
    },
    ensureUnpaused: async (sessionId, signal, containerId) => {
      await own.on(sessionId, { signal, deadlineMs: 15_000, verb: 'change', containerId }, async (container, abortSignal) => {
        if ((await container.inspect({ abortSignal })).State.Paused) await container.unpause({ abortSignal })
      })
    },
    ensureStopped: async (sessionId, graceSeconds, signal, containerId) => {
      const deadlineMs = (graceSeconds + 20) * 1000
      await own.on(sessionId, { signal, deadlineMs, verb: 'change', containerId }, (container, abortSignal) =>
        unless([304, 404], container.stop({ t: graceSeconds, abortSignal })),
      )
    },
    ensureRemoved: async (sessionId, signal, containerId) => {
      await own.on(sessionId, { signal, deadlineMs: 60_000, verb: 'remove', containerId }, (container, abortSignal) =>
        // `v` takes anonymous volumes only; named ones, homes among them, stay. 409: it is being removed already.
        unless([404, 409], container.remove({ force: true, v: true, abortSignal })),
      )
      own.forget(sessionId, containerId)
    },
    ...saveVerbs(engine, own),
    ...fileVerbs(own),
    ensureVolumeRemoved: (name, signal) => removeVolume(engine, name, signal),
    compareCertificate: async ({ sessionId, containerId }, fingerprint, signal) => {
      const word = await own.on(sessionId, { signal, deadlineMs: 5_000, verb: 'look', containerId }, (container, abortSignal) =>
        compareCertificate(container, fingerprint, abortSignal),
      )
      return word ?? 'another'
    },
    visibleGpus: (sessionId, signal) =>
      own.on(sessionId, { signal, deadlineMs: 10_000, verb: 'look' }, (container, abortSignal) =>
        readVisibleGpus(container, abortSignal),
      ),
    logTail: async (sessionId, lines, signal) => {
      const tail = await own.on(sessionId, { signal, deadlineMs: 10_000, verb: 'look' }, (container, abortSignal) =>
        readLogTail(container, lines, abortSignal),
      )
      return tail ?? ''
    },
  }
}
