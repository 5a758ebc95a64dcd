// Portals and agents that meet on a host: two databases are two portals, one engine in memory is the host.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type AgentHost, ensureAgentHost, wantTakeOver } from '@/lib/db/agent-host'
import { findAgent } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'
import { FakeHost } from '@/lib/docker/fake-host'
import { claimTimes } from '@/lib/domain/host-claim'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type ClaimDeps, leaveHost, newClaimLook } from './host-claims'
import { newHostGuard } from './host-guard'
import { addAgent, clearFleet } from './test-world'

const signal = new AbortController().signal
let databases: TestDatabase[]
let one: Portal
let two: Portal

class Portal {
  readonly hosts = new Map<string, FakeHost>()

  constructor(
    readonly db: Db,
    readonly installId: string,
    readonly url: string,
  ) {}

  get deps(): ClaimDeps {
    const notesOf: ClaimDeps['notesOf'] = (agent) => this.at(agent.id)
    return { db: this.db, installId: this.installId, url: this.url, exclusive: true, notesOf }
  }

  async agentAt(host: FakeHost, name?: string): Promise<string> {
    const id = await addAgent(this.db, name ? { name } : {})
    this.hosts.set(id, host)
    return id
  }

  at(agentId: string): FakeHost {
    const host = this.hosts.get(agentId)
    if (!host) throw new Error('no such agent')
    return host
  }

  claim(agentId: string): Promise<void> {
    return newClaimLook(this.deps, agentId, this.at(agentId))(signal)
  }

  row(agentId: string): Promise<AgentHost> {
    return ensureAgentHost(this.db, agentId)
  }

  /** As if that much time had gone by on the database's clock. */
  async due(): Promise<void> {
    await this.db.agentHost.updateMany({ where: { markedAt: { not: null } }, data: { markedAt: new Date(0) } })
  }
}

beforeAll(async () => {
  databases = await Promise.all([createTestDatabase(), createTestDatabase()])
})
afterAll(() => Promise.all(databases.map((database) => database.drop())))
beforeEach(async () => {
  const [first, second] = databases.map(({ db }) => db) as [Db, Db]
  await Promise.all([clearFleet(first), clearFleet(second)])
  one = new Portal(first, 'one', 'https://one.test')
  two = new Portal(second, 'two', 'https://two.test')
})

const newHost = () => new FakeHost('one')
const pass = (host: FakeHost, ms: number) => {
  host.clockAheadMs += ms
}

test('the first contact gives an agent that was added long ago its identity, and the next one finds it', async () => {
  const host = newHost()
  const agent = await one.agentAt(host)
  await one.claim(agent)
  const { hostId } = await one.row(agent)
  expect(hostId).not.toBeNull()
  await one.claim(agent)
  expect((await one.row(agent)).hostId).toBe(hostId)
  expect([...host.notes.values()].filter(({ says }) => says.kind === 'identity')).toHaveLength(1)
})

test('the same engine by another way is refused with the name of the agent that it is', async () => {
  const host = newHost()
  await one.claim(await one.agentAt(host, 'rack-1'))
  const again = await one.agentAt(host)
  await expect(one.claim(again)).rejects.toMatchObject({
    code: 'agent_same_host',
    message: 'This is the Docker Engine of the agent "rack-1".',
  })
  expect([...host.notes.values()].some(({ says }) => says.kind === 'nonce')).toBe(false)
})

test('a cloned machine gets an identity of its own', async () => {
  const [host, clone] = [newHost(), newHost()]
  const first = await one.agentAt(host)
  await one.claim(first)
  for (const note of host.notes.values()) clone.notes.set(note.name, note)
  const second = await one.agentAt(clone)
  await one.claim(second)
  const ids = [(await one.row(first)).hostId, (await one.row(second)).hostId]
  expect(new Set(ids).size).toBe(2)
  await one.claim(first)
  expect((await one.row(first)).hostId).toBe(ids[0])
})

test('where the agent with that identity is silent, nothing is taken for granted', async () => {
  const [host, clone] = [newHost(), newHost()]
  const first = await one.agentAt(host, 'rack-1')
  await one.claim(first)
  for (const note of host.notes.values()) clone.notes.set(note.name, note)
  host.before = () => {
    throw new Error('away')
  }
  await expect(one.claim(await one.agentAt(clone))).rejects.toMatchObject({
    code: 'agent_same_host',
    message: 'This may be the Docker Engine of the agent "rack-1", which does not answer now.',
  })
})

test('who comes second stands aside and says for whom; nothing but notes was asked of the host', async () => {
  const host = newHost()
  await one.claim(await one.agentAt(host))
  const agent = await two.agentAt(host)
  host.calls.length = 0
  const guarded = newHostGuard(two.deps)((await findAgent(two.db, agent)) ?? never(), host).host
  await expect(guarded.list(signal)).rejects.toMatchObject({
    code: 'agent_taken',
    message: 'Another portal (https://one.test, installation one) acts on this host.',
  })
  await expect(guarded.watch(signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'agent_taken' })
  expect(host.calls.filter((verb) => !/HostVolume|hostVolumes|hostTime/.test(verb))).toEqual([])
  expect((await two.row(agent)).otherPortal).toMatchObject({ installId: 'one', url: 'https://one.test', isCopy: false })
})

test('a mark is renewed under another name with no moment without one, and a stale one holds nobody up', async () => {
  const host = newHost()
  const agent = await one.agentAt(host)
  await one.claim(agent)
  const marks = () => [...host.notes.values()].filter(({ says }) => says.kind === 'mark').map(({ name }) => name)
  const before = marks()
  await one.claim(agent)
  expect(marks()).toEqual(before)
  await one.due()
  let least = Number.POSITIVE_INFINITY
  host.before = () => {
    least = Math.min(least, marks().length)
  }
  await one.claim(agent)
  expect(least).toBe(1)
  expect(marks()).toHaveLength(1)
  expect(marks()).not.toEqual(before)
  host.before = () => undefined
  pass(host, claimTimes.staleAfterMs)
  const other = await two.agentAt(host)
  await two.claim(other)
  await expect(one.claim(agent)).rejects.toMatchObject({ code: 'agent_taken' })
})

test('an administrator takes a host over: the other sees it, stands aside, and this one acts then', async () => {
  const host = newHost()
  const [mine, theirs] = [await one.agentAt(host), await two.agentAt(host)]
  await one.claim(mine)
  await expect(two.claim(theirs)).rejects.toMatchObject({ code: 'agent_taken' })
  pass(host, 1_000)
  await wantTakeOver(two.db, theirs, new Date())
  await expect(two.claim(theirs)).rejects.toMatchObject({ message: expect.stringMatching(/takes the host over in \d+ seconds/) })
  await expect(one.claim(mine)).rejects.toMatchObject({ message: expect.stringContaining('https://two.test') })
  await two.claim(theirs)
  expect((await two.row(theirs)).otherPortal).toBeNull()
  pass(host, 1_000)
  await wantTakeOver(one.db, mine, new Date())
  await expect(one.claim(mine)).rejects.toMatchObject({ code: 'agent_taken' })
  await expect(two.claim(theirs)).rejects.toMatchObject({ code: 'agent_taken' })
  await one.claim(mine)
})

test('after a take-over the other may be deaf: this one acts all the same once it had the time to see it', async () => {
  const host = newHost()
  const [mine, theirs] = [await one.agentAt(host), await two.agentAt(host)]
  await one.claim(mine)
  await wantTakeOver(two.db, theirs, new Date())
  await expect(two.claim(theirs)).rejects.toMatchObject({ code: 'agent_taken' })
  pass(host, claimTimes.settleMs)
  await two.claim(theirs)
})

test('a copy of the very same portal is told apart by the marks that it has not made', async () => {
  const host = newHost()
  const copy = new Portal(two.db, one.installId, one.url)
  const [mine, theirs] = [await one.agentAt(host), await copy.agentAt(host)]
  await one.claim(mine)
  const { hostId, markNames, markedAt } = await one.row(mine)
  await copy.row(theirs)
  await copy.db.agentHost.update({ where: { agentId: theirs }, data: { hostId, markNames, markedAt, claimedAt: null } })
  await one.due()
  await one.claim(mine)
  await expect(copy.claim(theirs)).rejects.toMatchObject({
    code: 'agent_taken',
    message: 'A copy of this very portal (https://one.test) acts on this host.',
  })
  await one.claim(mine)
})

test('two controllers of one portal are one: neither takes the other’s mark for a stranger’s', async () => {
  const host = newHost()
  const agent = await one.agentAt(host)
  for (let round = 0; round < 5; round++) {
    await one.due()
    await Promise.all([one.claim(agent), one.claim(agent), one.claim(agent)])
  }
})

test('while a host shows what was left there, looks ask the database nothing; whatever else it shows is looked into at once', async () => {
  const host = newHost()
  const agent = await one.agentAt(host)
  await one.claim(agent)
  await one.claim(agent)
  let asked = 0
  const hostRow: ClaimDeps['hostRow'] = async (id) => {
    asked += 1
    return { ...(await one.row(id)), renewInMs: 60_000 }
  }
  const look = newClaimLook({ ...one.deps, hostRow }, agent, host)
  await look(signal)
  await look(signal)
  await look(signal)
  expect(asked).toBe(1)
  // Another controller of this portal made the mark anew: no stranger, but another name.
  await one.due()
  await one.claim(agent)
  await look(signal)
  await look(signal)
  expect(asked).toBe(2)
  const stranger = { installId: 'two', url: 'https://two.test', claimedAt: new Date(0), tookOver: true }
  await host.makeHostVolume('berth-mark-two', { kind: 'mark', ...stranger }, signal)
  await expect(look(signal)).rejects.toMatchObject({ code: 'agent_taken' })
})

test('a mark that is due is made anew although the host shows what was left there', async () => {
  const host = newHost()
  const agent = await one.agentAt(host)
  await one.claim(agent)
  const marks = () => [...host.notes.values()].filter(({ says }) => says.kind === 'mark').map(({ name }) => name)
  const before = marks()
  let renewInMs = 1
  const hostRow: ClaimDeps['hostRow'] = async (id) => ({ ...(await one.row(id)), renewInMs })
  const look = newClaimLook({ ...one.deps, hostRow }, agent, host)
  await look(signal)
  await one.due()
  renewInMs = 0
  await vi.waitFor(async () => {
    await look(signal)
    expect(marks()).not.toEqual(before)
  })
  expect(marks()).toHaveLength(1)
})

test('a host that is left keeps nothing of the portal, and the next one acts at once', async () => {
  const host = newHost()
  const agent = await one.agentAt(host)
  await one.claim(agent)
  await leaveHost(one.deps, (await findAgent(one.db, agent)) ?? never(), host, signal)
  expect(host.notes.size).toBe(0)
  await two.claim(await two.agentAt(host))
})

function never(): never {
  throw new Error('no such agent')
}
