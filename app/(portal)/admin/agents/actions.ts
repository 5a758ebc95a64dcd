'use server'
// What administrators do with agents.
import { z } from 'zod'
import { AgentCreate, AgentPatch, AgentRef } from '@/lib/domain/agent'
import { AgentDrain } from '@/lib/domain/agent-drain'
import { RemoveImages } from '@/lib/domain/agent-view'
import { EnrolmentRef, HostEnrolmentCreate } from '@/lib/domain/host-enrolment'
import { createAgent } from '@/lib/use-cases/create-agent'
import { createHostEnrolment } from '@/lib/use-cases/create-host-enrolment'
import { deleteAgent } from '@/lib/use-cases/delete-agent'
import { drainAgent, undrainAgent } from '@/lib/use-cases/drain-agent'
import { refreshAgent } from '@/lib/use-cases/refresh-agent'
import { removeUnneededImages } from '@/lib/use-cases/remove-unneeded-images'
import { revokeHostEnrolment } from '@/lib/use-cases/revoke-host-enrolment'
import { takeOverHost } from '@/lib/use-cases/take-over-host'
import { updateAgent } from '@/lib/use-cases/update-agent'
import { action } from '@/lib/web/action'

export const createAgentAction = action({
  name: 'agent.create',
  input: AgentCreate,
  run: ({ actor, deps, input }) => createAgent(deps, actor, input),
})

export const updateAgentAction = action({
  name: 'agent.update',
  input: AgentRef.extend({ version: z.int().optional(), changes: AgentPatch }),
  run: ({ actor, deps, input }) => updateAgent(deps, actor, input),
})

export const deleteAgentAction = action({
  name: 'agent.delete',
  input: AgentRef.extend({ gone: z.boolean().optional() }),
  run: ({ actor, deps, input }) => deleteAgent(deps, actor, input),
})

export const refreshAgentAction = action({
  name: 'agent.refresh',
  input: AgentRef,
  run: ({ actor, deps, input }) => refreshAgent(deps, actor, input),
})

export const drainAgentAction = action({
  name: 'agent.drain',
  input: AgentDrain.extend(AgentRef.shape),
  run: ({ actor, deps, input }) => drainAgent(deps, actor, input),
})

export const undrainAgentAction = action({
  name: 'agent.undrain',
  input: AgentRef,
  run: ({ actor, deps, input }) => undrainAgent(deps, actor, input),
})

export const takeOverHostAction = action({
  name: 'agent.take-over',
  input: AgentRef,
  run: ({ actor, deps, input }) => takeOverHost(deps, actor, input),
})

export const removeImagesAction = action({
  name: 'agent.remove-images',
  input: RemoveImages.extend(AgentRef.shape),
  run: ({ actor, deps, input }) => removeUnneededImages(deps, actor, input),
})

/** The answer holds the token: it is shown this once. */
export const createHostEnrolmentAction = action({
  name: 'host-enrolment.create',
  input: HostEnrolmentCreate,
  run: ({ actor, deps, input }) => createHostEnrolment(deps, actor, input),
})

export const revokeHostEnrolmentAction = action({
  name: 'host-enrolment.revoke',
  input: EnrolmentRef,
  run: ({ actor, deps, input }) => revokeHostEnrolment(deps, actor, input),
})
