// berth agent add
import { readFileSync } from 'node:fs'
import { AgentCreate } from '@/lib/domain/agent'
import { createAgent } from '@/lib/use-cases/create-agent'
import { operatorActor } from '@/lib/use-cases/operator-actor'
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
} as const
type Values = { [Name in keyof typeof options]?: string | undefined }

export async function addAgent(args: string[]): Promise<void> {
  const { values } = readOptions(args, options, 0)
  const input = AgentCreate.parse({
    name: values.name,
    endpoint: values.socket ? socketEndpoint(values.socket) : tcpEndpoint(values),
  })
  const agent = await withDeps((deps) => createAgent(deps, operatorActor(), input))
  console.log(`Added the agent ${agent.name}. The portal connects to it as soon as it runs; /admin/agents shows how that went.`)
}

function socketEndpoint(socketPath: string) {
  return { kind: 'socket', socketPath }
}

function tcpEndpoint(values: Values) {
  const { host, ca, cert, key } = values
  if (!host || !ca || !cert || !key) throw new UsageError('Give --socket PATH, or all of --host, --ca, --cert and --key.')
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
