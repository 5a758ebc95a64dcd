// berth agent list, edit, enable, disable, remove
import { endpointText } from '@/lib/db/agent-views'
import { AgentPatch } from '@/lib/domain/agent'
import { agentStanding } from '@/lib/domain/agent-standing'
import { DomainError } from '@/lib/domain/errors'
import { ownerWords } from '@/lib/domain/session-owner'
import { GiB } from '@/lib/domain/workspace-image'
import { deleteAgent } from '@/lib/use-cases/delete-agent'
import type { Deps } from '@/lib/use-cases/deps'
import { getAgent } from '@/lib/use-cases/get-agent'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { takeOverHost } from '@/lib/use-cases/take-over-host'
import { updateAgent } from '@/lib/use-cases/update-agent'
import { readOptions, UsageError } from './usage-error'
import { withDeps } from './with-deps'

export async function listAgents(args: string[]): Promise<void> {
  readOptions(args, {}, 0)
  const rows = await withDeps(({ db }) => db.agent.findMany({ where: { removedAt: null }, orderBy: { name: 'asc' } }))
  for (const row of rows) {
    console.log([row.name, agentStanding(row), endpointText(row)].join('\t'))
  }
}

export async function enableAgent(args: string[]): Promise<void> {
  await change(args, { enabled: true }, 'New sessions may start on it.')
}

export async function disableAgent(args: string[]): Promise<void> {
  await change(args, { enabled: false }, 'Nothing new starts on it; what runs there goes on.')
}

const text = { type: 'string' } as const
const editOptions = {
  'new-name': text,
  groups: text,
  cpus: text,
  'memory-gib': text,
  'gpus-expected': text,
  'bind-path': { type: 'string', multiple: true },
  'publish-address': text,
} as const

/** `none` takes an override or a list back. */
export async function editAgent(args: string[]): Promise<void> {
  const { values, positionals } = readOptions(args, editOptions, 1)
  const list = (given: readonly string[]) =>
    given.flatMap((part) => part.split(',')).flatMap((part) => (part && part !== 'none' ? [part] : []))
  const number = (given: string, unit: number) => (given === 'none' ? null : Math.round(Number(given) * unit))
  const changes = AgentPatch.parse({
    ...(values['new-name'] === undefined ? {} : { name: values['new-name'] }),
    ...(values.groups === undefined ? {} : { groups: list([values.groups]) }),
    ...(values.cpus === undefined ? {} : { cpuMillisOverride: number(values.cpus, 1000) }),
    ...(values['memory-gib'] === undefined ? {} : { memoryBytesOverride: number(values['memory-gib'], GiB) }),
    ...(values['gpus-expected'] === undefined ? {} : { gpusExpected: number(values['gpus-expected'], 1) }),
    ...(values['bind-path'] === undefined ? {} : { bindPaths: list(values['bind-path']) }),
    ...(values['publish-address'] === undefined
      ? {}
      : { publishAddress: values['publish-address'] === 'none' ? null : values['publish-address'] }),
  })
  if (Object.keys(changes).length === 0) throw new UsageError('Say what to change.')
  await change(positionals, changes, 'Changed.')
}

export async function removeAgent(args: string[]): Promise<void> {
  const { values, positionals } = readOptions(args, { gone: { type: 'boolean', default: false } }, 1)
  const [name = ''] = positionals
  const { gone } = values
  const lost = await withDeps(async (deps) => {
    const agent = await getAgent(deps, operatorActor(), { agentId: await agentIdOf(deps, name) })
    await deleteAgent(deps, operatorActor(), { agentId: agent.id, gone })
    return gone ? agent : null
  })
  if (lost === null) return console.log(`Removed the agent ${name}. Nothing was changed on its host.`)
  console.log(`Gave up the agent ${name} with ${lost.liveSessions} sessions and ${lost.homes.length} homes.`)
  for (const { imageName, owner, state } of lost.sessions) console.log([ownerWords(owner), imageName, `was ${state}`].join('\t'))
  for (const { owner, volumeName } of lost.homes) console.log([owner, volumeName].join('\t'))
}

export async function takeOverNow(args: string[]): Promise<void> {
  const name = nameOf(args)
  await withDeps(async (deps) => takeOverHost(deps, operatorActor(), { agentId: await agentIdOf(deps, name) }))
  console.log(`${name}: this portal acts on the host within a minute.`)
}

async function change(args: string[], changes: AgentPatch, said: string): Promise<void> {
  const name = nameOf(args)
  const agent = await withDeps(async (deps) =>
    updateAgent(deps, operatorActor(), { agentId: await agentIdOf(deps, name), changes }),
  )
  console.log(`${agent.name}: ${said}`)
}

function nameOf(args: string[]): string {
  const [name] = readOptions(args, {}, 1).positionals
  if (!name) throw new UsageError('Name the agent.')
  return name
}

export async function agentIdOf({ db }: Deps, name: string): Promise<string> {
  const row = await db.agent.findFirst({ where: { name, removedAt: null }, select: { id: true } })
  if (!row)
    throw new DomainError('not_found', { message: `There is no agent named "${name}".`, hint: 'npm run berth -- agent list' })
  return row.id
}
