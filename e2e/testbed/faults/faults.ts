// Every fault that is injected while a desktop streams, with what must hold afterwards. `strike` makes it, `mend` ends it where it does not end by
// itself. A controller is what repairs: a run without repair stops it in between, and the check must then notice.
import type { Session } from '@/lib/db/generated/client'
import { containerName } from '@/lib/domain/container-spec'
import type { FaultWorld, Streaming } from './fault-world'

export type Fault = {
  name: string
  /** What puts it right again. */
  repair: string
  /** The host it strikes: one whose containers outlive their engine, or not. */
  host: 'live' | 'plain'
  strike(world: FaultWorld, streaming: Streaming): Promise<void>
  /** The agent is called unreachable in between, and its session is not touched. */
  away?: boolean
  /** The picture goes on while the engine is away. */
  meanwhile?: 'flows'
  mend?(world: FaultWorld, streaming: Streaming): Promise<void>
  stream: 'survives' | 'ends'
  states: Session['state'][]
}

/** By name, for tests that are made of them. */
export const named = (chosen: readonly Fault[]) => chosen.map((fault) => [fault.name, fault] as const)

const container = ({ host, sessionId }: Streaming) => host.docker.getContainer(containerName(sessionId))

export const faults: Fault[] = [
  {
    name: 'an engine is killed and comes back',
    repair: 'live-restore keeps the containers; the pass finds the agent up, and its events are subscribed to anew',
    host: 'live',
    strike: (_, { host }) => host.kill9(),
    away: true,
    meanwhile: 'flows',
    mend: (_, { host }) => host.start(),
    stream: 'survives',
    states: ['running'],
  },
  {
    name: 'an engine is stopped and started, as for an upgrade',
    repair: 'the same',
    host: 'live',
    strike: (_, { host }) => host.stop(),
    away: true,
    meanwhile: 'flows',
    mend: (_, { host }) => host.start(),
    stream: 'survives',
    states: ['running'],
  },
  {
    name: 'an engine without live-restore is killed and comes back',
    repair: 'the pass finds the containers ended',
    host: 'plain',
    strike: (_, { host }) => host.kill9(),
    away: true,
    mend: (_, { host }) => host.start(),
    stream: 'ends',
    states: ['failed'],
  },
  {
    name: 'a host loses power and comes back',
    repair: 'the pass finds the containers ended',
    host: 'live',
    strike: (_, { host }) => host.crash(),
    away: true,
    mend: (_, { host }) => host.start(),
    stream: 'ends',
    states: ['failed'],
  },
  {
    name: 'a network is cut and healed',
    repair: 'the pass finds the agent up; TCP sends again what was lost',
    host: 'live',
    strike: (_, { host }) => host.cut(),
    away: true,
    mend: (_, { host }) => host.heal(),
    stream: 'survives',
    states: ['running'],
  },
  {
    name: 'a container dies while its network is cut',
    repair: 'the pass after the cut: the events of that time are lost',
    host: 'live',
    strike: async (_, streaming) => {
      await streaming.host.cut()
      await container(streaming).kill()
    },
    away: true,
    mend: (_, { host }) => host.heal(),
    stream: 'ends',
    states: ['failed'],
  },
  {
    name: 'a container is killed by hand',
    repair: 'its event, or the next pass',
    host: 'live',
    strike: (_, streaming) => container(streaming).kill(),
    stream: 'ends',
    states: ['failed'],
  },
  {
    name: 'a container is stopped by hand',
    repair: 'its event, or the next pass',
    host: 'live',
    strike: (_, streaming) => container(streaming).stop({ t: 5 }),
    stream: 'ends',
    states: ['failed'],
  },
  {
    name: 'a container is removed by hand',
    repair: 'its event, or the next pass',
    host: 'live',
    strike: (_, streaming) => container(streaming).remove({ force: true }),
    stream: 'ends',
    states: ['lost', 'failed'],
  },
  {
    name: 'a container is restarted by hand',
    repair: 'its way is closed, and found again after the new start',
    host: 'live',
    strike: (_, streaming) => container(streaming).restart({ t: 5 }),
    stream: 'ends',
    states: ['running', 'failed'],
  },
  {
    name: 'the database is restarted while a container is killed',
    repair: 'LISTEN is opened again, and a pass follows',
    host: 'live',
    strike: async ({ database }, streaming) => {
      await database.stop()
      await container(streaming).kill()
    },
    mend: ({ database }) => database.start(),
    stream: 'ends',
    states: ['failed'],
  },
]
