// What goes wrong on the way through ssh, in our words.
import type { SeenHostKey } from '@/lib/domain/agent-connection'
import type { AgentConnection } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'

export type SshTarget = Extract<AgentConnection, { kind: 'ssh' }>

type Raw = { level?: string; code?: string; message?: string }

/** `seen`: what the host shows, when that is the trouble. */
export function hostKeyRefusal({ hostKey, host }: SshTarget, seen: SeenHostKey): DomainError {
  const detail = { seenHostKey: seen }
  if (hostKey === null) {
    return new DomainError('agent_host_key', {
      message: `Nobody has confirmed the host key of ${host} yet.`,
      hint: 'Compare its fingerprint with what the host itself says, and confirm it.',
      detail,
    })
  }
  return new DomainError('agent_host_key', {
    message: `${host} shows another host key than the one that was confirmed: ${seen.fingerprint}.`,
    hint: 'Either the host was set up anew, or somebody stands between. Nothing was sent. Compare it on the host before you confirm the new one on the agent’s edit page.',
    detail,
  })
}

export function toSshError(cause: unknown, { user, host, port }: SshTarget): DomainError {
  const { level, code, message = '' } = cause as Raw
  const ssh = (text: string, hint: string) => new DomainError('agent_ssh', { message: text, hint, cause })
  if (level === 'client-authentication') {
    return ssh(
      `${host} does not accept the ssh key for the user ${user}.`,
      `Add the public key to ~${user}/.ssh/authorized_keys there. The file must belong to that user, and nobody else may write to it.`,
    )
  }
  if (/cannot parse privatekey|encrypted private/i.test(message))
    return ssh('The private key cannot be used.', 'Paste one without a passphrase, or use the portal’s own.')
  if (code === 'ECONNREFUSED') {
    return new DomainError('agent_unreachable', {
      message: `${host} refused the connection to port ${port}.`,
      hint: 'Does sshd run there, and is the port right?',
      cause,
    })
  }
  if (/no matching (host key|key exchange|.*cipher|.*mac)/i.test(message))
    return ssh('The ssh server of the host is too old: there is no method that both sides know.', 'Update OpenSSH there.')
  if (level === 'client-timeout' || /timed out while waiting for handshake/i.test(message))
    return ssh('The port is open, but nothing answers as an ssh server does.', 'Check the port; 22 is usual.')
  if (level === 'protocol' || /identification|protocol|packet|expected/i.test(message))
    return ssh('What answers at this port is not an ssh server.', 'Check the port; 22 is usual.')
  if (code === 'ECONNRESET' || /connection lost|no response/i.test(message))
    return ssh('The host closed the ssh connection.', 'Its sshd may refuse this address, or have too many connections already.')
  throw cause
}

/** Why the way to Docker's socket did not open, from what the user himself sees of it; empty where he may run nothing there. */
export function socketRefusal({ user, host, socketPath }: SshTarget, said: string): DomainError {
  const ssh = (message: string, hint: string) => new DomainError('agent_ssh', { message, hint })
  if (said.includes('absent'))
    return ssh(`There is no Docker socket ${socketPath} on ${host}.`, 'Does Docker run there, and is the path right?')
  if (said.includes('forbidden')) {
    return ssh(
      `The user ${user} may not open ${socketPath} on ${host}.`,
      `sudo usermod -aG docker ${user} lets him, which equals root on that host. It counts from the next connection.`,
    )
  }
  if (said.includes('open')) {
    return ssh(
      `The ssh server of ${host} does not pass connections to ${socketPath} on.`,
      'AllowStreamLocalForwarding must not be "no" in its sshd_config, nor "restrict" stand before the key; or Docker does not answer there.',
    )
  }
  return ssh(
    `${socketPath} on ${host} could not be opened.`,
    `Does Docker run there, may ${user} open its socket, and does sshd pass it on (AllowStreamLocalForwarding)?`,
  )
}
