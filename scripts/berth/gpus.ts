// berth gpu list, berth gpu edit
import { DomainError } from '@/lib/domain/errors'
import { GpuListQuery, GpuPatch, type GpuTile } from '@/lib/domain/gpu-view'
import { ownerWords } from '@/lib/domain/session-owner'
import type { Deps } from '@/lib/use-cases/deps'
import { editGpu } from '@/lib/use-cases/edit-gpu'
import { pageGpus } from '@/lib/use-cases/list-gpus'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { readOptions, UsageError } from './usage-error'
import { withDeps } from './with-deps'

export async function listGpus(args: string[]): Promise<void> {
  const { values } = readOptions(args, { agent: { type: 'string' }, state: { type: 'string' } }, 0)
  const gpus = await withDeps(async (deps) => {
    const agent = values.agent === undefined ? {} : { agent: await agentIdOf(deps, values.agent) }
    const query = GpuListQuery.parse({ limit: 200, ...agent, ...(values.state === undefined ? {} : { state: values.state }) })
    const found: GpuTile[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await pageGpus(deps, operatorActor(), { ...query, ...(cursor ? { cursor } : {}) })
      found.push(...page.items)
      cursor = page.nextCursor
    }
    return found
  })
  gpus.sort((a, b) => a.agent.name.localeCompare(b.agent.name) || a.index - b.index)
  for (const { agent, index, uuid, state, model, holders } of gpus) {
    const names = holders.map((holder) => `${ownerWords(holder.owner)} (${holder.imageName})`).join(', ')
    console.log([agent.name, index, uuid, state, model, names].join('\t'))
  }
}

const flag = { type: 'boolean' } as const
const editOptions = {
  exclude: flag,
  include: flag,
  shares: { type: 'string' },
  'allow-busy-outside': flag,
  'leave-busy-alone': flag,
} as const

export async function editGpuNow(args: string[]): Promise<void> {
  const { values, positionals } = readOptions(args, editOptions, 1)
  const uuid = positionals[0] ?? ''
  if ((values.exclude && values.include) || (values['allow-busy-outside'] && values['leave-busy-alone']))
    throw new UsageError('These two say opposite things.')
  const patch = GpuPatch.parse({
    ...(values.exclude || values.include ? { excluded: values.exclude === true } : {}),
    ...(values.shares === undefined ? {} : { shares: Number(values.shares) }),
    ...(values['allow-busy-outside'] || values['leave-busy-alone']
      ? { allowBusyOutside: values['allow-busy-outside'] === true }
      : {}),
  })
  if (Object.keys(patch).length === 0) throw new UsageError('Say what to change.')
  const gpu = await withDeps(async (deps) => editGpu(deps, operatorActor(), { gpuId: await gpuIdOf(deps, uuid), patch }))
  console.log(`${gpu.uuid} of ${gpu.agent.name}: ${gpu.state}, ${gpu.shares === 1 ? 'not shared' : `shared by ${gpu.shares}`}`)
}

async function gpuIdOf({ db }: Deps, uuid: string): Promise<string> {
  const rows = await db.gpu.findMany({ where: { uuid, agent: { removedAt: null } }, select: { id: true }, take: 2 })
  if (rows.length === 1 && rows[0]) return rows[0].id
  throw new DomainError('not_found', {
    message: rows.length === 0 ? `There is no GPU "${uuid}".` : `More than one agent has a GPU "${uuid}".`,
    hint: 'npm run berth -- gpu list',
  })
}

async function agentIdOf({ db }: Deps, name: string): Promise<string> {
  const row = await db.agent.findFirst({ where: { name, removedAt: null }, select: { id: true } })
  if (!row)
    throw new DomainError('not_found', { message: `There is no agent named "${name}".`, hint: 'npm run berth -- agent list' })
  return row.id
}
