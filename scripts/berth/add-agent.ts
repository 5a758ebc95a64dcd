// berth agent add
import { readFileSync } from 'node:fs'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { AgentCreate } from '@/lib/domain/agent'
import type { SeenHostKey } from '@/lib/domain/agent-connection'
import type { AgentConnection } from '@/lib/domain/container-host'
import { isDomainError } from '@/lib/domain/errors'
import { createAgent } from '@/lib/use-cases/create-agent'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { readSshKey } from '@/lib/use-cases/read-ssh-key'
import { readOptions, UsageError } from './usage-error'
import { withDeps } from './with-deps'

const text = { type: 'string' } as const
const options = {
  name: text,
  socket: text,
  host: text,
  port: text,
  ca: text,
  cert: text,
  key: text,
  'server-name': text,
  ssh: text,
  'host-key': text,
  'docker-socket': text,
} as const
type Values = { [Name in keyof typeof options]?: string | undefined }

export async function addAgent(args: string[]): Promise<void> {
  const { values } = readOptions(args, options, 0)
  const input = AgentCreate.parse({
    name: values.name,
    endpoint: await endpointOf(values),
  })
  const agent = await withDeps((deps) => createAgent(deps, operatorActor(), input))
  console.log(`Added the agent ${agent.name}. The portal connects to it as soon as it runs; /admin/agents shows how that went.`)
}

export async function printSshKey(args: string[]): Promise<void> {
  readOptions(args, {}, 0)
  const { publicKey } = await withDeps((deps) => readSshKey(deps, operatorActor()))
  console.log(publicKey)
}

async function endpointOf(values: Values) {
  if (values.ssh !== undefined) return sshEndpoint(values.ssh, values)
  return values.socket ? socketEndpoint(values.socket) : tcpEndpoint(values)
}

/** Whoever types the line has compared the key: without one, it is only shown. */
async function sshEndpoint(text: string, values: Values) {
  const [, user, host = '', port] = /^([^@\s]+)@(\[[^\]]+\]|[^:\s]+)(?::(\d+))?$/.exec(text) ?? []
  if (!user) throw new UsageError('Give --ssh as USER@HOST or USER@HOST:PORT.')
  const address = { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? 22) }
  const socketPath = values['docker-socket'] ?? '/var/run/docker.sock'
  const hostKey = values['host-key']
  if (hostKey === undefined) throw await unconfirmed({ kind: 'ssh', user, ...address, socketPath, hostKey: null, privateKey: '' })
  return {
    kind: 'ssh',
    user,
    ...address,
    socketPath,
    hostKey,
    ...(values.key === undefined ? {} : { privateKey: readPem(values.key) }),
  }
}

async function unconfirmed(connection: AgentConnection): Promise<unknown> {
  const said = await openDockerHost(connection, 'nobody')
    .facts(AbortSignal.timeout(10_000))
    .catch((error: unknown) => error)
  const seen = isDomainError(said) ? (said.detail?.seenHostKey as SeenHostKey | undefined) : undefined
  if (!seen) return said
  return new UsageError(
    `The host shows the key ${seen.fingerprint} (${seen.type}). Compare it with ssh-keygen -lf on the host, and add: --host-key ${seen.fingerprint}`,
  )
}

function socketEndpoint(socketPath: string) {
  return { kind: 'socket', socketPath }
}

function tcpEndpoint(values: Values) {
  const { host, ca, cert, key } = values
  if (!host || !ca || !cert || !key)
    throw new UsageError('Give --socket PATH, --ssh USER@HOST, or all of --host, --ca, --cert and --key.')
  return {
    kind: 'tcp',
    host,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    caPem: readPem(ca),
    certPem: readPem(cert),
    keyPem: readPem(key),
    serverName: values['server-name'] ?? null,
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UsageError(`The file ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}
