// The form's own shape of an agent: both kinds of endpoint side by side, so that switching between them loses nothing.
import type { Resolver } from 'react-hook-form'
import type { z } from 'zod'
import { AgentCheck, AgentCreate, AgentPatch } from '@/lib/domain/agent'
import type { AgentDetail } from '@/lib/domain/agent-view'

export type AgentForm = {
  name: string
  groups: string[]
  enabled: boolean
  kind: 'socket' | 'tcp' | 'ssh'
  socketPath: string
  host: string
  port: number | null
  caPem: string
  certPem: string
  /** Write-only: empty in an edit keeps the stored one. */
  keyPem: string
  serverName: string
  sshUser: string
  sshPort: number | null
  sshSocketPath: string
  /** Empty: nobody has confirmed one yet. */
  hostKey: string
  sshKey: 'portal' | 'own'
  /** Write-only: empty in an edit keeps the stored one. */
  privateKey: string
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
  sshUser: '',
  sshPort: 22,
  sshSocketPath: '/var/run/docker.sock',
  hostKey: '',
  sshKey: 'portal',
  privateKey: '',
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
    host: agent.host ?? '',
    ...(agent.kind === 'ssh' ? toSshForm(agent) : {}),
    ...(agent.kind === 'socket' ? { socketPath: agent.socketPath ?? blank.socketPath } : {}),
    ...(agent.kind === 'tcp' ? { port: agent.port ?? blank.port } : {}),
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

function toSshForm(agent: AgentDetail): Partial<AgentForm> {
  return {
    sshUser: agent.sshUser ?? '',
    sshPort: agent.port ?? blank.sshPort,
    sshSocketPath: agent.socketPath ?? blank.sshSocketPath,
    hostKey: agent.sshHostKey ?? '',
    sshKey: agent.sshUsesPortalKey ? 'portal' : 'own',
  }
}

export type EndpointInput = AgentCheck['endpoint']

/** Not validated yet. Without a key, the stored one is meant. */
export function toEndpoint(form: AgentForm): Record<string, unknown> {
  if (form.kind === 'socket') return { kind: 'socket', socketPath: form.socketPath.trim() }
  if (form.kind === 'ssh') return toSshEndpoint(form)
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

function toSshEndpoint(form: AgentForm): Record<string, unknown> {
  const own = form.privateKey.trim() === '' ? {} : { privateKey: form.privateKey }
  return {
    kind: 'ssh',
    user: form.sshUser.trim(),
    host: form.host.trim(),
    port: form.sshPort,
    socketPath: form.sshSocketPath.trim(),
    hostKey: form.hostKey,
    ...(form.sshKey === 'portal' ? { privateKey: null } : own),
  }
}

/** To be tried: there a host key that nobody has confirmed is asked for. */
export function toCheckedEndpoint(form: AgentForm): EndpointInput {
  const endpoint = toEndpoint(form)
  return (endpoint.kind === 'ssh' && endpoint.hostKey === '' ? { ...endpoint, hostKey: null } : endpoint) as EndpointInput
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

const sshNames: Record<string, AgentField> = { user: 'sshUser', port: 'sshPort', socketPath: 'sshSocketPath' }

/** ssh has some fields of its own for what the schema calls the same as elsewhere. */
function fieldOf(name: string | undefined, kind: AgentForm['kind']): AgentField | undefined {
  return (kind === 'ssh' ? (sshNames[name ?? ''] ?? name) : name) as AgentField | undefined
}

type Issue = { path: readonly PropertyKey[]; message: string }

export function agentProblems(issues: readonly Issue[], kind: AgentForm['kind']): AgentProblems {
  const problems: AgentProblems = {}
  for (const issue of issues) {
    const path = issue.path.map(String)
    while (path[0] === 'changes' || path[0] === 'endpoint') path.shift()
    const field = fieldOf(path[0], kind)
    if (!field || !(field in blank)) continue
    const problem = problems[field] ?? { message: '', at: {} }
    problems[field] = problem
    const within = path.slice(1).join('.')
    if (within === '') problem.message ||= issue.message
    else problem.at[within] ??= issue.message
  }
  for (const [field, problem] of Object.entries(problems)) {
    // Directories say at their own row what is wrong.
    problem.message ||= field === 'bindPaths' ? 'Something in here is not right.' : (Object.values(problem.at)[0] ?? '')
  }
  return problems
}

/** For which way in a key is stored, so that an empty one is fine there. */
export type StoredKey = 'tcp' | 'ssh' | null

/** Checks the whole agent with the schema of the server. */
export function checkAgentForm(form: AgentForm, storedKey: StoredKey): AgentProblems | null {
  const isStored = storedKey === form.kind
  const parsed = (isStored ? AgentPatch : AgentCreate).safeParse(toCreate(form))
  const issues = [...(parsed.error?.issues ?? []).map(reworded), ...(isStored ? [] : missingKey(form))]
  return issues.length > 0 ? agentProblems(issues, form.kind) : null
}

/** Left out means the portal's own in the schema; here somebody chose to give one and gave none. */
function missingKey({ kind, sshKey, privateKey }: AgentForm): Issue[] {
  if (kind !== 'ssh' || sshKey !== 'own' || privateKey.trim() !== '') return []
  return [{ path: ['endpoint', 'privateKey'], message: 'Paste the private key as PEM text (-----BEGIN …).' }]
}

/** Whether there is enough to try the connection, whatever else is missing. */
export function isTriable(form: AgentForm, storedKey: StoredKey): boolean {
  const needsKey = form.kind === 'tcp' && form.keyPem.trim() === '' && storedKey !== 'tcp'
  if (needsKey || (storedKey !== 'ssh' && missingKey(form).length > 0)) return false
  return AgentCheck.safeParse({ endpoint: toCheckedEndpoint(form), publishAddress: null }).success
}

function reworded(issue: z.core.$ZodIssue): Issue {
  const last = issue.path.at(-1)
  if (last === 'hostKey') return { path: issue.path, message: 'Confirm the key of the host first.' }
  if (issue.code !== 'invalid_type') return issue
  if (last === 'keyPem') return { path: issue.path, message: 'Paste the client key as PEM text (-----BEGIN …).' }
  return issue.expected === 'number' || issue.expected === 'int' ? { path: issue.path, message: 'Enter a number.' } : issue
}

export function toFormErrors(problems: AgentProblems) {
  return Object.fromEntries(
    Object.entries(problems).map(([field, { message, at }]) => [field, { type: 'schema', message, types: at }]),
  )
}

export function agentFormResolver(storedKey: StoredKey): Resolver<AgentForm> {
  return async (form) => {
    const problems = checkAgentForm(form, storedKey)
    return problems ? { values: {}, errors: toFormErrors(problems) as never } : { values: form, errors: {} }
  }
}
