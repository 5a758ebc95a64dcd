// X.509 for engines: the portal's own authority, what it signs for hosts, and what the portal shows to them. Keys are EC P-256.
// What a certificate says is decided here and by the portal's rows alone: of a host's request only its public key is taken.
import { createHash, createPublicKey, verify, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { DomainError } from '@/lib/domain/errors'

cryptoProvider.set(webcrypto as Crypto)

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
/** Leeway for clocks that are behind. */
const hourMs = 3_600_000

export const authorityDays = 3650
export const certificateDays = 397

export type KeyPair = { certPem: string; keyPem: string }

export async function makeAuthority(now: Date): Promise<KeyPair> {
  const keys = await newKeys()
  return { certPem: await selfSigned(keys, now), keyPem: await exportKey(keys.privateKey) }
}

/**
 * The same name and the same key with a later end. What either certificate signed is believed by whoever knows one of the two, so neither hosts nor
 * agents need to learn of it at once.
 */
export async function renewAuthority({ certPem, keyPem }: KeyPair, now: Date): Promise<KeyPair> {
  const privateKey = await webcrypto.subtle.importKey('pkcs8', derOf(keyPem), algorithm, false, ['sign'])
  const publicKey = await new X509Certificate(certPem).publicKey.export()
  return { certPem: await selfSigned({ privateKey: privateKey as CryptoKey, publicKey }, now), keyPem }
}

async function selfSigned(keys: CryptoKeyPair, now: Date): Promise<string> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Berth hosts'] }],
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(now.getTime() - hourMs),
    notAfter: new Date(now.getTime() + authorityDays * dayMs),
    extensions: [
      // No authority below it: what it signs can sign nothing.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  return toPem(certificate)
}

/** What the portal shows to engines. It is good for nothing else, and an engine's certificate is not good for this. */
export async function issuePortalCertificate(authority: KeyPair, now: Date): Promise<KeyPair> {
  const keys = await newKeys()
  const certPem = await issue(authority, {
    publicKey: keys.publicKey,
    name: 'Berth portal',
    now,
    extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  })
  return { certPem, keyPem: await exportKey(keys.privateKey) }
}

type HostCertificate = { publicKey: string; name: string; address: string; now: Date }

/** `address` is where the portal reaches the engine: the only name in it. */
export async function issueHostCertificate(
  authority: KeyPair,
  { publicKey, name, address, now }: HostCertificate,
): Promise<string> {
  const key = await webcrypto.subtle.importKey('spki', Buffer.from(publicKey, 'base64'), algorithm, true, ['verify'])
  return issue(authority, {
    publicKey: key as CryptoKey,
    name,
    now,
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([{ type: isIP(address) ? 'ip' : 'dns', value: address }]),
    ],
  })
}

type Issue = { publicKey: CryptoKey; name: string; now: Date; extensions: Extension[] }

async function issue(authority: KeyPair, { publicKey, name, now, extensions }: Issue): Promise<string> {
  const ca = new X509Certificate(authority.certPem)
  const signingKey = await webcrypto.subtle.importKey('pkcs8', derOf(authority.keyPem), algorithm, false, ['sign'])
  // Nothing outlives the authority that signed it.
  const notAfter = new Date(Math.min(now.getTime() + certificateDays * dayMs, ca.notAfter.getTime()))
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [name] }],
    issuer: ca.subjectName.toJSON(),
    publicKey,
    signingKey: signingKey as CryptoKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(now.getTime() - hourMs),
    notAfter,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...extensions,
    ],
  })
  return toPem(certificate)
}

/** The public key (SPKI, base64) of a request that was signed with its own private key. Subject and extensions are not read. */
export async function publicKeyOfRequest(requestBase64: string): Promise<string> {
  const refusal = () =>
    new DomainError('invalid_input', {
      fields: { request: 'Not a certificate request for an EC key on P-256, in DER and base64.' },
    })
  try {
    const request = new Pkcs10CertificateRequest(Buffer.from(requestBase64, 'base64'))
    const spki = Buffer.from(request.publicKey.rawData)
    if (createPublicKey({ key: spki, format: 'der', type: 'spki' }).asymmetricKeyDetails?.namedCurve !== 'prime256v1')
      throw refusal()
    if (!(await request.verify())) throw refusal()
    return spki.toString('base64')
  } catch {
    throw refusal()
  }
}

/** Whether the holder of this key signed exactly this text (ECDSA over SHA-256, DER, base64: what openssl writes). */
export function isSignedBy(publicKey: string, text: string, signatureBase64: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return verify('sha256', Buffer.from(text), key, Buffer.from(signatureBase64, 'base64'))
  } catch {
    return false
  }
}

export function certificateEnd(certPem: string): Date {
  return new X509Certificate(certPem).notAfter
}

/** DER in base64, on one line: what a shell can take out of an answer. */
export function toBase64Der(certPem: string): string {
  return derOf(certPem).toString('base64')
}

export function sha256Base64(base64: string): string {
  return createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')
}

async function newKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
}

async function exportKey(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key as webcrypto.CryptoKey), 'PRIVATE KEY').trimEnd()}\n`
}

function toPem(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trimEnd()}\n`
}

function derOf(pem: string): Buffer {
  const [der] = PemConverter.decode(pem)
  if (!der) throw new Error('There is no PEM block.')
  return Buffer.from(der)
}
