// Keys are write-only: one that was left out is the stored one, but only for the same host, so that it is never offered to another.
import type { Tx } from '@/lib/db/client'
import { ensurePortalSshKey } from '@/lib/db/portal-ssh-key'
import type { AgentCheck, AgentEndpoint, AskedEndpoint } from '@/lib/domain/agent'
import { DomainError } from '@/lib/domain/errors'
import { open, seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { assertUsableSshKey } from '@/lib/secrets/ssh-keys'
import type { Deps } from './deps'

export type CompleteEndpoint = { endpoint: AskedEndpoint; usesPortalKey: boolean }

type Stored = {
  id: string
  kind: 'socket' | 'tcp'
  host: string | null
  port: number | null
  sshUser: string | null
  sshUsesPortalKey: boolean
  keySealed: string | null
}

export async function completeEndpoint(
  tx: Tx,
  deps: Deps,
  row: Stored | null,
  given: AgentEndpoint | AgentCheck['endpoint'],
): Promise<CompleteEndpoint> {
  if (given.kind === 'socket') return { endpoint: given, usesPortalKey: false }
  const isSsh = given.kind === 'ssh'
  const isSame = row?.kind === 'tcp' && (row.sshUser !== null) === isSsh && row.host === given.host && row.port === given.port
  const stored = () => {
    if (!isSame || row.keySealed === null) throw pasteAgain(isSsh)
    return open(deps.keys, sealContext.agentKey(row.id), row.keySealed)
  }
  if (given.kind === 'tcp') return { endpoint: { ...given, keyPem: given.keyPem ?? stored() }, usesPortalKey: false }
  if (given.privateKey === null) {
    const { privateKey } = await ensurePortalSshKey(tx, deps.keys, deps.clock.now())
    return { endpoint: { ...given, privateKey }, usesPortalKey: true }
  }
  if (given.privateKey === undefined)
    return { endpoint: { ...given, privateKey: stored() }, usesPortalKey: row?.sshUsesPortalKey ?? false }
  assertUsableSshKey(given.privateKey, 'endpoint.privateKey')
  return { endpoint: { ...given, privateKey: given.privateKey }, usesPortalKey: false }
}

function pasteAgain(isSsh: boolean): DomainError {
  const field = isSsh ? 'endpoint.privateKey' : 'endpoint.keyPem'
  return new DomainError('invalid_input', {
    fields: { [field]: `Paste the ${isSsh ? 'private' : 'client'} key again: the endpoint is another one.` },
  })
}

const nothing = {
  socketPath: null,
  host: null,
  port: null,
  serverName: null,
  caPem: null,
  certPem: null,
  keySealed: null,
  sshUser: null,
  sshHostKey: null,
  sshUsesPortalKey: false,
}

/** An engine behind ssh is of the kind tcp with a user: see the schema. */
export function endpointColumns(keys: Deps['keys'], agentId: string, { endpoint, usesPortalKey }: CompleteEndpoint) {
  if (endpoint.kind === 'socket') return { ...nothing, kind: 'socket' as const, socketPath: endpoint.socketPath }
  const sealed = (key: string) => seal(keys, sealContext.agentKey(agentId), key)
  if (endpoint.kind === 'ssh') {
    const { user, host, port, socketPath, hostKey, privateKey } = endpoint
    const ssh = { sshUser: user, sshHostKey: hostKey, sshUsesPortalKey: usesPortalKey }
    return { ...nothing, kind: 'tcp' as const, socketPath, host, port, keySealed: sealed(privateKey), ...ssh }
  }
  const { host, port, serverName, caPem, certPem, keyPem } = endpoint
  return { ...nothing, kind: 'tcp' as const, host, port, serverName, caPem, certPem, keySealed: sealed(keyPem) }
}
