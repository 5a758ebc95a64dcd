// A host as its script behaves, without a machine: it has a key, makes requests with it and signs.
import { createPrivateKey, sign, webcrypto } from 'node:crypto'
import {
  type JsonGeneralNames,
  type JsonName,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509'
import { type HostPurpose, textToSign } from '@/lib/domain/host-enrolment'
import { sha256Base64 } from '@/lib/secrets/host-certificates'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export class TestHost {
  private constructor(readonly keys: CryptoKeyPair) {}

  static async make(): Promise<TestHost> {
    return new TestHost((await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair)
  }

  /** A certificate request; what it says beside the key is what an attacker may try. */
  async request(name: JsonName = [{ CN: ['host'] }], names: JsonGeneralNames = []): Promise<string> {
    const extensions = names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []
    const made = await Pkcs10CertificateRequestGenerator.create({
      name,
      keys: this.keys,
      signingAlgorithm: algorithm,
      extensions,
    })
    return Buffer.from(made.rawData).toString('base64')
  }

  async message(purpose: HostPurpose, hostId: string, now: Date, content = '') {
    const at = Math.floor(now.getTime() / 1000)
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', this.keys.privateKey as webcrypto.CryptoKey)
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
    return {
      hostId,
      at,
      signature: sign('sha256', Buffer.from(textToSign(purpose, { hostId, at }, content)), key).toString('base64'),
    }
  }

  async renewal(hostId: string, now: Date, request: string) {
    return { ...(await this.message('renewal', hostId, now, sha256Base64(request))), request }
  }
}
