import { expect, test } from 'vitest'
import type { SeenContainer } from './container-host'
import { newId } from './ids'
import { answerDeadlineMs, type PlannedAgent, type PlannedSession, plan, planSession } from './plan'
import { sessionStates, type Wanted, wantedStates } from './session-lifecycle'

const now = new Date('2026-01-01T12:00:00Z')
const id = newId()
const agent: PlannedAgent = { kind: 'socket', host: null, publishAddress: null, reachedBy: null, diskLow: false }
const startedAt = '2026-01-01T11:59:58.123Z'

function row(overrides: Partial<PlannedSession> = {}): PlannedSession {
  return {
    id,
    version: 3,
    state: 'starting',
    wanted: 'running',
    hasCredential: false,
    containerId: null,
    containerStartedAt: null,
    reachHost: null,
    reachPort: null,
    startedAt: null,
    pulling: false,
    nextTryAt: null,
    authoring: false,
    saving: false,
    ...overrides,
  }
}

function container(overrides: Partial<SeenContainer> = {}): SeenContainer {
  return {
    id: 'c1',
    name: `berth-${id}`,
    sessionId: id,
    installId: 'here',
    state: 'running',
    startedAt,
    endpointId: null,
    exitCode: null,
    outOfMemory: false,
    bridgeAddress: '172.20.0.2',
    published: { address: '127.0.0.1', port: 32768 },
    imageId: 'sha256:1',
    gpuDevices: [],
    fitsViewer: false,
    ...overrides,
  }
}

const created = { hasCredential: true, containerId: 'c1' }
const started = { ...created, containerStartedAt: startedAt, startedAt: now }
const running = { ...started, state: 'running', reachHost: '172.20.0.2', reachPort: 6901 } as const
const exited = container({ state: 'exited', exitCode: 1, bridgeAddress: null, published: null })
const paused = container({ state: 'paused' })
const later = new Date(now.getTime() + 5_000)

function next(session: PlannedSession, seen: SeenContainer | null, of: PlannedAgent = agent): string | null {
  return planSession(session, seen, of, now)?.kind ?? null
}

test.each<[string, Partial<PlannedSession>, SeenContainer | null, string | null]>([
  ['a placed session gets a container', {}, null, 'create'],
  ['one whose image is missing waits for the pull', { pulling: true, hasCredential: true }, null, 'pull'],
  ['a container that a crash left unrecorded is adopted', { hasCredential: true }, container({ state: 'created' }), 'create'],
  ['a container of an earlier start, whose password is gone, is removed first', {}, container(), 'removeOrphan'],
  ['a created container is started', created, container({ state: 'created', startedAt: null }), 'start'],
  ['a start that a crash left unrecorded is recorded', created, container(), 'start'],
  ['a started container is asked whether it answers', started, container(), 'probe'],
  ['a container that ended while starting fails the session', started, exited, 'markFailed'],
  ['a container that vanished while starting is lost', started, null, 'markLost'],
  ['a container that is being removed is waited for', started, container({ state: 'removing' }), null],
  ['a running one that is as it should be is left alone', running, container(), null],
  ['a running one without its container is lost', running, null, 'markLost'],
  ['a running one whose container ended has failed', running, exited, 'markFailed'],
  ['an authoring session whose container ended is started again', { ...running, authoring: true }, exited, 'revive'],
  ['a paused one too', { ...running, state: 'paused', wanted: 'paused', authoring: true }, exited, 'revive'],
  ['one that never answered fails like any other', { ...started, authoring: true }, exited, 'markFailed'],
  ['nothing touches a container that is being saved', { ...running, authoring: true, saving: true }, exited, null],
  [
    'a stopped desktop of a save is not looked for',
    { ...running, reachHost: null, authoring: true, saving: true },
    container(),
    null,
  ],
  [
    'a session that is deleted while it is saved goes',
    { ...running, wanted: 'deleted', authoring: true, saving: true },
    exited,
    'beginDelete',
  ],
  ['a container with another start is unroutable at once', running, container({ startedAt: 'later' }), 'unroute'],
  ['a container with another address is unroutable at once', running, container({ bridgeAddress: '172.20.0.9' }), 'unroute'],
  ['one without a way to it is looked for again', { ...running, reachHost: null, reachPort: null }, container(), 'probe'],
  ['pause pauses', { ...running, wanted: 'paused' }, container(), 'pause'],
  ['a pause that is seen is recorded', { ...running, wanted: 'paused' }, paused, 'markPaused'],
  ['a paused session whose container is seen paused rests', { ...running, state: 'paused', wanted: 'paused' }, paused, null],
  ['resume unpauses', { ...running, state: 'paused' }, paused, 'unpause'],
  ['a resume that is seen is recorded', { ...running, state: 'paused' }, container(), 'markRunning'],
  ['a pause made by hand is undone', running, paused, 'unpause'],
  ['an end of the pause made by hand is undone', { ...running, state: 'paused', wanted: 'paused' }, container(), 'pause'],
  ['a paused one without its container is lost', { ...running, state: 'paused', wanted: 'paused' }, null, 'markLost'],
])('%s', (_name, session, seen, expected) => {
  expect(next(row(session), seen)).toBe(expected)
})

const cancelled: [string, Partial<PlannedSession>, SeenContainer | null][] = [
  ['before anything was made', {}, null],
  ['while the image comes down', { pulling: true, hasCredential: true }, null],
  ['with a created container', created, container({ state: 'created', startedAt: null })],
  ['while the desktop starts', started, container()],
  ['while running', running, container()],
  ['while paused', { ...running, state: 'paused' }, paused],
  ['after the container ended', running, exited],
]

test.each(cancelled)('stop is begun at once %s, then the container goes, then the session is stopped', (_name, session, seen) => {
  const future = new Date(now.getTime() + 60_000)
  expect(next(row({ ...session, wanted: 'stopped', nextTryAt: future }), seen)).toBe('beginStop')
  expect(next(row({ ...session, wanted: 'stopped', state: 'stopping' }), seen)).toBe(seen ? 'stop' : 'markStopped')
  expect(next(row({ ...session, wanted: 'stopped', state: 'stopping' }), null)).toBe('markStopped')
})

test.each(cancelled)(
  'delete is begun at once %s, then the container goes, then the session is deleted',
  (_name, session, seen) => {
    const future = new Date(now.getTime() + 60_000)
    expect(next(row({ ...session, wanted: 'deleted', nextTryAt: future }), seen)).toBe('beginDelete')
    expect(next(row({ ...session, wanted: 'deleted', state: 'deleting' }), seen)).toBe(seen ? 'remove' : 'markDeleted')
    expect(next(row({ ...session, wanted: 'deleted', state: 'deleting' }), null)).toBe('markDeleted')
  },
)

test('delete wins over a stop that is under way', () => {
  expect(next(row({ ...running, state: 'stopping', wanted: 'deleted' }), container())).toBe('beginDelete')
})

test('a removal that failed waits for its next try', () => {
  const nextTryAt = new Date(now.getTime() + 1)
  expect(next(row({ ...running, state: 'stopping', wanted: 'stopped', nextTryAt }), container())).toBeNull()
  expect(next(row({ ...running, state: 'deleting', wanted: 'deleted', nextTryAt }), container())).toBeNull()
})

test('a start that failed waits for its next try, and no longer', () => {
  expect(next(row({ nextTryAt: new Date(now.getTime() + 1) }), null)).toBeNull()
  expect(next(row({ nextTryAt: now }), null)).toBe('create')
})

test('a hold is never given up while the container is still seen', () => {
  const giveUp = ['markStopped', 'markDeleted', 'markLost']
  for (const state of sessionStates) {
    for (const wanted of wantedStates) {
      for (const containerState of ['created', 'running', 'paused', 'restarting', 'removing'] as const) {
        const kind = next(row({ ...running, state, wanted: wanted as Wanted }), container({ state: containerState }))
        expect(giveUp, `${state} ${wanted} ${containerState}`).not.toContain(kind)
      }
    }
  }
})

test('a desktop that does not answer in time has failed', () => {
  const late = new Date(now.getTime() - answerDeadlineMs - 1)
  expect(planSession(row({ ...started, startedAt: late }), container(), agent, now)).toMatchObject({
    kind: 'markFailed',
    failure: { kind: 'no_answer' },
  })
})

test('the exit code and the want of memory are handed on', () => {
  const dead = container({ state: 'exited', exitCode: 137, outOfMemory: true })
  expect(planSession(row(started), dead, agent, now)).toMatchObject({
    failure: { kind: 'exited', exitCode: 137, outOfMemory: true },
  })
})

test('nothing is created or pulled where the disk is nearly full: the session goes back to the queue', () => {
  const full = { ...agent, diskLow: true }
  expect(next(row(), null, full)).toBe('requeue')
  expect(next(row({ pulling: true, hasCredential: true }), null, full)).toBe('requeue')
  expect(next(row(created), container({ state: 'created', startedAt: null }), full)).toBe('start')
})

test('containers of ours that no live session owns are removed, those of live sessions are not', () => {
  const other = newId()
  const stopped = newId()
  const seen = [container(), container({ sessionId: other, id: 'c2' }), container({ sessionId: stopped, id: 'c3' })]
  expect(
    plan([row(running), row({ id: stopped, state: 'stopped', wanted: 'stopped' })], { seen, unknown: [] }, agent, now),
  ).toEqual([
    { kind: 'removeOrphan', sessionId: other, containerId: 'c2' },
    { kind: 'removeOrphan', sessionId: stopped, containerId: 'c3' },
  ])
})

test('an orphan that is being removed already is left to that', () => {
  expect(plan([], { seen: [container({ state: 'removing' })], unknown: [] }, agent, now)).toEqual([])
})

test.each<[string, Partial<PlannedSession>, string[]]>([
  ['is left alone while nothing is asked of its session', running, []],
  ['is looked at where its session is to be paused', { ...running, wanted: 'paused' }, ['look']],
  ['is looked at where nobody is let in', { ...running, reachHost: null, reachPort: null }, ['look']],
  ['is looked at for a launch', created, ['look']],
  ['is looked at for a delete', { ...running, state: 'deleting', wanted: 'deleted' }, ['look']],
  ['waits for its next try', { ...running, state: 'deleting', wanted: 'deleted', nextTryAt: later }, []],
  ['delays no end that was asked for', { ...running, wanted: 'deleted', nextTryAt: later }, ['look']],
  ['is left to the save', { ...running, wanted: 'paused', authoring: true, saving: true }, []],
  ['is no orphan where its session is over', { ...running, state: 'stopped', wanted: 'stopped' }, []],
])('a container of which nothing is told %s', (_what, session, kinds) => {
  expect(plan([row(session)], { seen: [], unknown: [{ id: 'c1', sessionId: id }] }, agent, now).map((step) => step.kind)).toEqual(
    kinds,
  )
})

test('each session gets its own next step', () => {
  const second = newId()
  const steps = plan(
    [row(), row({ ...running, id: second })],
    { seen: [container({ sessionId: second, startedAt: 'other' })], unknown: [] },
    agent,
    now,
  )
  expect(steps.map((step) => step.kind)).toEqual(['create', 'unroute'])
})

test('a nudge that comes after the end finds nothing to do, whatever is wanted', () => {
  for (const state of ['queued', 'stopped', 'failed', 'lost', 'deleted'] as const) {
    for (const wanted of wantedStates) expect(next(row({ state, wanted }), null), `${state} and wanted ${wanted}`).toBeNull()
  }
})
