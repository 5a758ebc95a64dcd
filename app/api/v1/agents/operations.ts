// Agents over the API, for administrators.
import { z } from 'zod'
import { AgentAnswer, AgentCheckAnswer, SshKeyAnswer } from '@/app/api/v1/agent-answers'
import { Gone, pageOf } from '@/app/api/v1/answers'
import { AgentCheck, AgentCreate, AgentPatch } from '@/lib/domain/agent'
import { AgentDrain } from '@/lib/domain/agent-drain'
import { RemoveImages } from '@/lib/domain/agent-view'
import { given } from '@/lib/domain/given'
import { Id } from '@/lib/domain/ids'
import { CursorQuery } from '@/lib/domain/page'
import { checkAgent } from '@/lib/use-cases/check-agent'
import { createAgent } from '@/lib/use-cases/create-agent'
import { deleteAgent } from '@/lib/use-cases/delete-agent'
import { drainAgent, undrainAgent } from '@/lib/use-cases/drain-agent'
import { getAgent } from '@/lib/use-cases/get-agent'
import { pageAgents } from '@/lib/use-cases/list-agents'
import { readSshKey } from '@/lib/use-cases/read-ssh-key'
import { removeUnneededImages } from '@/lib/use-cases/remove-unneeded-images'
import { takeOverHost } from '@/lib/use-cases/take-over-host'
import { updateAgent } from '@/lib/use-cases/update-agent'
import { operation } from '@/lib/web/operation'

const params = z.object({ agentId: Id })

export const listAgents = operation({
  name: 'agent.list',
  method: 'GET',
  path: '/agents',
  summary: 'List agents',
  query: CursorQuery,
  answer: pageOf(AgentAnswer),
  run: ({ actor, deps, query }) => pageAgents(deps, actor, query),
})

export const createAgentOperation = operation({
  name: 'agent.create',
  method: 'POST',
  path: '/agents',
  summary: 'Register a Docker Engine',
  body: AgentCreate,
  status: 201,
  answer: AgentAnswer,
  run: ({ actor, deps, input }) => createAgent(deps, actor, input),
})

export const checkAgentOperation = operation({
  name: 'agent.check',
  method: 'POST',
  path: '/agents/check',
  summary: 'Try to reach a Docker Engine; of an ssh server without a host key, the answer says which one it shows',
  body: AgentCheck,
  answer: AgentCheckAnswer,
  run: ({ actor, deps, input }) => checkAgent(deps, actor, input),
})

export const readSshKeyOperation = operation({
  name: 'agent.ssh-key',
  method: 'GET',
  path: '/agents/ssh-key',
  summary: 'The public key that the portal shows to ssh servers, for authorized_keys',
  answer: SshKeyAnswer,
  run: ({ actor, deps }) => readSshKey(deps, actor),
})

export const getAgentOperation = operation({
  name: 'agent.get',
  method: 'GET',
  path: '/agents/{agentId}',
  summary: 'Get an agent',
  params,
  answer: AgentAnswer,
  run: ({ actor, deps, params: { agentId } }) => getAgent(deps, actor, { agentId }),
})

export const updateAgentOperation = operation({
  name: 'agent.update',
  method: 'PATCH',
  path: '/agents/{agentId}',
  summary: 'Change an agent; with `version`, only if nobody changed it meanwhile',
  params,
  body: z.strictObject({ ...AgentPatch.shape, version: z.int().min(0).optional() }),
  answer: AgentAnswer,
  run: ({ actor, deps, params: { agentId }, input: { version, ...changes } }) =>
    updateAgent(deps, actor, { agentId, version, changes: given(changes) }),
})

export const deleteAgentOperation = operation({
  name: 'agent.delete',
  method: 'DELETE',
  path: '/agents/{agentId}',
  summary:
    'Remove an agent that no session holds; `gone=true` gives up one that is unreachable and never comes back, with all its sessions and homes',
  params,
  query: z.strictObject({
    gone: z
      .enum(['true', 'false'])
      .default('false')
      .transform((value) => value === 'true'),
  }),
  answer: Gone,
  run: ({ actor, deps, params: { agentId }, query: { gone } }) => deleteAgent(deps, actor, { agentId, gone }),
})

export const drainAgentOperation = operation({
  name: 'agent.drain',
  method: 'POST',
  path: '/agents/{agentId}/drain',
  summary: 'Take an agent out of service: nothing new starts there, and at the deadline the sessions that are left are stopped',
  params,
  body: AgentDrain,
  answer: AgentAnswer,
  run: ({ actor, deps, params: { agentId }, input }) => drainAgent(deps, actor, { agentId, ...input }),
})

export const undrainAgentOperation = operation({
  name: 'agent.undrain',
  method: 'POST',
  path: '/agents/{agentId}/undrain',
  summary: 'Put an agent back into service',
  params,
  answer: AgentAnswer,
  run: ({ actor, deps, params: { agentId } }) => undrainAgent(deps, actor, { agentId }),
})

export const takeOverHostOperation = operation({
  name: 'agent.take-over',
  method: 'POST',
  path: '/agents/{agentId}/take-over',
  summary:
    'Act on the host of an agent from now on: in place of the other portal that does, or although its sessions are not on the engine that answers',
  params,
  answer: AgentAnswer,
  run: ({ actor, deps, params: { agentId } }) => takeOverHost(deps, actor, { agentId }),
})

export const removeImagesOperation = operation({
  name: 'agent.remove-images',
  method: 'POST',
  path: '/agents/{agentId}/remove-images',
  summary: 'Remove images that Berth brought to an agent and nothing needs; what needs one meanwhile keeps it',
  params,
  body: RemoveImages,
  answer: AgentAnswer,
  run: ({ actor, deps, params: { agentId }, input }) => removeUnneededImages(deps, actor, { ...input, agentId }),
})
