// The form's own shape of an agent: both kinds of endpoint side by side, so that switching between them loses nothing.
import type { Resolver } from 'react-hook-form'
import type { z } from 'zod'
import { AgentCreate, AgentPatch } from '@/lib/domain/agent'
import type { AgentDetail } from '@/lib/domain/agent-view'

export type AgentForm = {
  name: string
  groups: string[]
  enabled: boolean
  kind: 'socket' | 'tcp'
  socketPath: string
  host: string
  port: number | null
  caPem: string
  certPem: string
  /** Write-only: empty in an edit keeps the stored one. */
  keyPem: string
  serverName: string
  cpuMillisOverride: number | null
  memoryBytesOverride: number | null
  gpusExpected: number | null
  bindPaths: string[]
  publishAddress: string
}

export type AgentField = keyof AgentForm

const blank: AgentForm = {
  name: '',
  groups: [],
  enabled: true,
  kind: 'tcp',
  socketPath: '/var/run/docker.sock',
  host: '',
  port: 2376,
  caPem: '',
  certPem: '',
  keyPem: '',
  serverName: '',
  cpuMillisOverride: null,
  memoryBytesOverride: null,
  gpusExpected: null,
  bindPaths: [],
  publishAddress: '',
}

export function toAgentForm(agent: AgentDetail | null): AgentForm {
  if (!agent) return { ...blank }
  return {
    ...blank,
    name: agent.name,
    groups: agent.groups,
    enabled: agent.enabled,
    kind: agent.kind,
    socketPath: agent.socketPath ?? blank.socketPath,
    host: agent.host ?? '',
    port: agent.port ?? blank.port,
    caPem: agent.caPem ?? '',
    certPem: agent.certPem ?? '',
    serverName: agent.serverName ?? '',
    cpuMillisOverride: agent.cpuMillisOverride,
    memoryBytesOverride: agent.memoryBytesOverride,
    gpusExpected: agent.gpusExpected,
    bindPaths: agent.bindPaths,
    publishAddress: agent.publishAddress ?? '',
  }
}

export type EndpointInput = NonNullable<AgentPatch['endpoint']>

/** Not validated yet. Without a key, the stored one is meant. */
export function toEndpoint(form: AgentForm): Record<string, unknown> {
  if (form.kind === 'socket') return { kind: 'socket', socketPath: form.socketPath.trim() }
  return {
    kind: 'tcp',
    host: form.host.trim(),
    port: form.port,
    caPem: form.caPem,
    certPem: form.certPem,
    serverName: form.serverName.trim() || null,
    ...(form.keyPem.trim() === '' ? {} : { keyPem: form.keyPem }),
  }
}

function toFields(form: AgentForm): Record<string, unknown> {
  return {
    name: form.name,
    groups: form.groups,
    enabled: form.enabled,
    cpuMillisOverride: form.cpuMillisOverride,
    memoryBytesOverride: form.memoryBytesOverride,
    gpusExpected: form.gpusExpected,
    bindPaths: form.bindPaths.map((path) => path.trim()).filter((path) => path !== ''),
    publishAddress: form.publishAddress.trim() || null,
  }
}

export function toCreate(form: AgentForm): Record<string, unknown> {
  return { ...toFields(form), endpoint: toEndpoint(form) }
}

/** Only what was changed; the endpoint goes as a whole, because its parts belong together. */
export function toChanges(form: AgentForm, before: AgentForm): Record<string, unknown> {
  const [now, then] = [toFields(form), toFields(before)]
  const changed = Object.entries(now).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(then[key]))
  const endpoint = toEndpoint(form)
  const moved = JSON.stringify(endpoint) !== JSON.stringify(toEndpoint(before))
  return { ...Object.fromEntries(changed), ...(moved ? { endpoint } : {}) }
}

export type AgentProblems = Partial<Record<AgentField, { message: string; at: Record<string, string> }>>

type Issue = { path: readonly PropertyKey[]; message: string }

export function agentProblems(issues: readonly Issue[]): AgentProblems {
  const problems: AgentProblems = {}
  for (const issue of issues) {
    const path = issue.path.map(String).filter((part, index) => !(index === 0 && ['endpoint', 'changes'].includes(part)))
    const field = (path[0] === 'endpoint' ? path[1] : path[0]) as AgentField | undefined
    if (!field || !(field in blank)) continue
    const problem = problems[field] ?? { message: '', at: {} }
    problems[field] = problem
    const within = path.slice(path.indexOf(field) + 1).join('.')
    if (within === '') problem.message ||= issue.message
    else problem.at[within] ??= issue.message
  }
  for (const [field, problem] of Object.entries(problems)) {
    // Directories say at their own row what is wrong.
    problem.message ||= field === 'bindPaths' ? 'Something in here is not right.' : (Object.values(problem.at)[0] ?? '')
  }
  return problems
}

/** Checks the whole agent with the schema of the server; where a key is stored, an empty one is fine. */
export function checkAgentForm(form: AgentForm, keyIsStored: boolean): AgentProblems | null {
  const parsed = (keyIsStored ? AgentPatch : AgentCreate).safeParse(toCreate(form))
  return parsed.success ? null : agentProblems(parsed.error.issues.map(reworded))
}

function reworded(issue: z.core.$ZodIssue): Issue {
  const last = issue.path.at(-1)
  if (issue.code !== 'invalid_type') return issue
  if (last === 'keyPem') return { path: issue.path, message: 'Paste the client key as PEM text (-----BEGIN …).' }
  return issue.expected === 'number' || issue.expected === 'int' ? { path: issue.path, message: 'Enter a number.' } : issue
}

export function toFormErrors(problems: AgentProblems) {
  return Object.fromEntries(
    Object.entries(problems).map(([field, { message, at }]) => [field, { type: 'schema', message, types: at }]),
  )
}

export function agentFormResolver(keyIsStored: boolean): Resolver<AgentForm> {
  return async (form) => {
    const problems = checkAgentForm(form, keyIsStored)
    return problems ? { values: {}, errors: toFormErrors(problems) as never } : { values: form, errors: {} }
  }
}
