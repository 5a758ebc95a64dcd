// Encryption at rest: AES-256-GCM, with the key's id in front so that the secret can be rotated.
// Form: `v1.<key fingerprint>.<iv>.<tag>.<ciphertext>`, base64url. The context is bound in, so a sealed value cannot be moved to another row.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { DomainError } from '@/lib/domain/errors'
import type { Keys } from './keys'

export function seal(keys: Keys, context: string, plain: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keys.of('seal'), iv)
  cipher.setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return ['v1', keys.fingerprint, ...[iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join('.')
}

export function open(keys: Keys, context: string, sealed: string): string {
  const [version, fingerprint, iv, tag, body] = sealed.split('.')
  if (version !== 'v1' || !iv || !tag || body === undefined)
    throw new DomainError('misconfigured', { message: 'A stored secret is damaged.' })
  if (fingerprint !== keys.fingerprint) {
    throw new DomainError('misconfigured', {
      message: 'A stored secret was made with another BERTH_SECRET.',
      hint: 'Start with the secret file that belongs to this database.',
    })
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', keys.of('seal'), Buffer.from(iv, 'base64url'))
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new DomainError('misconfigured', { message: 'A stored secret is damaged.', cause })
  }
}
