// One connection to one engine: how it is dialled, which API version is spoken, and the wrapper that every call goes through.
import type Docker from 'dockerode'
import type { AgentConnection } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { boundAnswers } from './bounded-answers'
import { type Deadline, withDeadline } from './deadline'
import { toHostError, type Verb } from './host-errors'
import { openDocker } from './open-docker'
import { assertAllowedHost, safeLookup } from './safe-address'
import { SshAgent } from './ssh-agent'
import { explainTls } from './tls-errors'
import { newWatchingAgent, type WatchingAgent } from './watching-agent'

export type Engine = {
  docker: Docker
  installId: string
  call<T>(
    verb: Verb,
    options: { signal: AbortSignal; deadlineMs: number },
    run: (docker: Docker, signal: AbortSignal, deadline: Deadline) => Promise<T>,
  ): Promise<T>
}

const oldest = [1, 41] as const
// The newest API whose answers this code was written against; a newer engine still speaks it.
const newest = [1, 51] as const

export function openEngine(connection: AgentConnection, installId: string): Engine {
  const docker = dial(connection)
  boundAnswers(docker)
  let negotiated: Promise<void> | null = null
  const negotiate = (signal: AbortSignal) => {
    negotiated ??= chooseVersion(docker, signal).catch((error: unknown) => {
      negotiated = null
      throw error
    })
    return negotiated
  }
  return {
    docker,
    installId,
    call: async (verb, { signal, deadlineMs }, run) => {
      try {
        return await withDeadline(signal, deadlineMs, async (inner, deadline) => {
          await negotiate(inner)
          return run(docker, inner, deadline)
        })
      } catch (error) {
        throw await explainTls(toHostError(error, verb), connection)
      }
    },
  }
}

function dial(connection: AgentConnection): Docker {
  // The library fills what is not given from DOCKER_HOST and its friends; every field is set so that nothing leaks in.
  const nothing = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined, timeout: undefined }
  if (connection.kind === 'socket') {
    return openDocker({
      ...nothing,
      socketPath: connection.socketPath,
      protocol: 'http',
      pathPrefix: '/',
    })
  }
  if (connection.kind === 'ssh') {
    // The name stands in the Host header only: which way the bytes go is the agent's business.
    const agent = new SshAgent(connection)
    return openDocker({ ...nothing, host: 'docker', port: 80, protocol: 'http', pathPrefix: '/', agent })
  }
  const { host, port, caPem, certPem, keyPem, serverName } = connection
  assertAllowedHost(host)
  const agent = makeAgent({ ca: caPem, cert: certPem, key: keyPem, ...(serverName ? { servername: serverName } : {}) })
  const address = host.includes(':') ? `[${host}]` : host
  return openDocker({
    ...nothing,
    host: address,
    port,
    protocol: 'https',
    pathPrefix: '/',
    agent,
  })
}

function makeAgent(options: { ca: string; cert: string; key: string; servername?: string }): WatchingAgent {
  return newWatchingAgent({ ...options, lookup: safeLookup })
}

/** Until when the certificate is good that the engine last showed; null where it shows none. */
export function serverCertEnd(docker: Docker): Date | null {
  const { agent } = docker.modem as { agent?: { serverCertEndsAt?: Date | null } }
  return agent?.serverCertEndsAt ?? null
}

/** Engines refuse versions that are too old as well as too new, so the highest common one is asked for once. */
async function chooseVersion(docker: Docker, signal: AbortSignal): Promise<void> {
  const { ApiVersion } = await unversioned(docker, signal)
  const engine = ApiVersion.split('.').map(Number) as [number, number]
  if (compare(engine, oldest) < 0) {
    throw new DomainError('agent_api_too_old', {
      message: `The Docker Engine of the agent speaks API ${ApiVersion}; Berth needs ${oldest.join('.')} (Docker 20.10) or newer.`,
    })
  }
  const chosen = compare(engine, newest) < 0 ? engine : newest
  const modem = docker.modem as { version?: string }
  modem.version = `v${chosen.join('.')}`
}

async function unversioned(docker: Docker, signal: AbortSignal): Promise<{ ApiVersion: string }> {
  const version = await versionOf(docker, signal)
  if (typeof version.ApiVersion !== 'string') {
    throw new DomainError('agent_unreachable', {
      message: 'What answers at this address is not a Docker Engine.',
      hint: 'Check the address and the port.',
    })
  }
  return { ApiVersion: version.ApiVersion }
}

type Ask<T> = (options: { abortSignal: AbortSignal }) => Promise<T>

// The library's own types know no options for these two, though it takes them.
export function versionOf(docker: Docker, abortSignal: AbortSignal): Promise<{ ApiVersion?: string }> {
  return (docker.version.bind(docker) as unknown as Ask<{ ApiVersion?: string }>)({ abortSignal })
}

export function infoOf<T>(docker: Docker, abortSignal: AbortSignal): Promise<T> {
  return (docker.info.bind(docker) as unknown as Ask<T>)({ abortSignal })
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1]
}
