// Keys for ssh: the portal makes one of its own, and what somebody pastes is looked at before it is kept.
import ssh2 from 'ssh2'
import { DomainError } from '@/lib/domain/errors'

// CommonJS, whose names Node does not find by themselves.
const { utils } = ssh2

export type SshKeyPair = { privateKey: string /** As it stands in authorized_keys. */; publicKey: string }

export function makeSshKey(comment: string): SshKeyPair {
  const made = utils.generateKeyPairSync('ed25519', { comment })
  return { privateKey: made.private, publicKey: made.public }
}

/** Throws invalid_input where a private key cannot be used; the words go to the field that it was pasted into. */
export function assertUsableSshKey(privateKey: string, field: string): void {
  const refuse = (words: string) => {
    throw new DomainError('invalid_input', { fields: { [field]: words } })
  }
  const parsed: unknown = utils.parseKey(privateKey)
  const [key] = (Array.isArray(parsed) ? parsed : [parsed]) as (Error | { isPrivateKey(): boolean })[]
  if (key instanceof Error || key === undefined) {
    const isLocked = /passphrase|encrypted/i.test(String(key))
    refuse(
      isLocked
        ? 'This key has a passphrase, which the portal cannot type. Give one without, or use the portal’s own.'
        : 'This is not a private key that ssh knows: an OpenSSH key (-----BEGIN OPENSSH PRIVATE KEY-----) or an RSA or EC key as PEM.',
    )
  } else if (!key.isPrivateKey()) refuse('This is a public key. Paste the private one that belongs to it.')
}
