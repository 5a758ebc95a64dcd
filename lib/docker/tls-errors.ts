// What goes wrong between two sides that show each other certificates, in our words: first from the error alone, then from a second look.
import { X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { AgentConnection } from '@/lib/domain/container-host'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import { safeLookup } from './safe-address'

type Why = 'client' | 'name' | 'dates' | 'other'
type Entry = { match: RegExp; why: Why; message: string; hint: string }

const entries: Entry[] = [
  {
    match:
      /ALERT_CERTIFICATE_EXPIRED|BAD_CERTIFICATE|CERTIFICATE_REQUIRED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|HANDSHAKE_FAILURE|ALERT_DECRYPT_ERROR|alert (decrypt error|bad certificate|certificate required|certificate expired|unknown ca)|bad certificate|certificate required|unknown ca/i,
    why: 'client',
    message: 'The agent does not accept the client certificate.',
    hint: 'Use a client certificate that was signed by the CA the engine was started with (--tlscacert).',
  },
  {
    match: /ALTNAME_INVALID/,
    why: 'name',
    message: 'The agent’s certificate is for another name.',
    hint: 'Set the server name to one that stands in its certificate, or make a certificate with this address.',
  },
  {
    match: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    why: 'dates',
    message: 'The agent’s certificate is out of date.',
    hint: 'Renew it, and check the clocks.',
  },
  {
    match: /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|SELF_SIGNED|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE/,
    why: 'other',
    message: 'The agent’s certificate was not signed by the given CA.',
    hint: 'Paste the CA certificate that signed the engine’s server certificate.',
  },
  {
    // Node puts OpenSSL's words in lower case into EPROTO, newer ones a code of their own.
    match: /wrong[_ ]version[_ ]number|packet[_ ]length[_ ]too[_ ]long|http[_ ]request|unexpected[_ ]message/i,
    why: 'other',
    message: 'The agent’s port does not speak TLS.',
    hint: 'Start the engine with --tlsverify; a plain TCP port gives root to everyone who reaches it.',
  },
  {
    match: /^ERR_(SSL|TLS|OSSL)|PEM|ASN1|KEY_VALUES_MISMATCH/,
    why: 'other',
    message: 'The certificates cannot be used.',
    hint: 'Check that key and certificate belong together.',
  },
]

export function tlsError(text: string, cause: unknown): DomainError | null {
  const known = entries.find((entry) => entry.match.test(text))
  if (!known) return null
  return new DomainError('agent_tls', { message: known.message, hint: known.hint, detail: { why: known.why }, cause })
}

type Target = Extract<AgentConnection, { kind: 'tcp' }>

/** What the error alone does not tell: which name, since when, whose clock. */
export async function explainTls(error: unknown, connection: AgentConnection): Promise<unknown> {
  if (connection.kind !== 'tcp' || !isDomainError(error) || error.code !== 'agent_tls') return error
  const why = error.detail?.why as Why | undefined
  if (why === 'client') return explainClient(error, connection)
  if (why === 'name') return explainName(error)
  return why === 'dates' ? explainDates(error, connection) : error
}

function explainClient(error: DomainError, { certPem, caPem }: Target): DomainError {
  const reworded = (message: string, hint: string) => new DomainError('agent_tls', { message, hint, cause: error.cause })
  const [own, ca] = [readCertificate(certPem), readCertificate(caPem)]
  const now = new Date()
  if (own && Date.parse(own.validTo) < now.getTime())
    return reworded(`The client certificate ended on ${moment(own.validTo)}.`, 'Make a new one with the CA of the engine.')
  if (own && Date.parse(own.validFrom) > now.getTime()) {
    return reworded(
      `The client certificate is not valid before ${moment(own.validFrom)}; here it is ${moment(now)}.`,
      'Check the clock of the portal: timedatectl says whether it is kept.',
    )
  }
  if (own && ca && !own.checkIssued(ca)) {
    return reworded(
      'The agent does not accept the client certificate, and the CA that was given did not sign it.',
      'Use one that was signed by the CA in the engine’s --tlscacert, which mostly is the one that is given here.',
    )
  }
  return error
}

function explainName(error: DomainError): DomainError {
  const { cert } = (error.cause ?? {}) as { cert?: { subjectaltname?: string; subject?: { CN?: string } } }
  const names = cert?.subjectaltname?.replaceAll(/(DNS|IP Address):/g, '') ?? cert?.subject?.CN
  if (!names) return error
  const message = `The agent’s certificate is for another name: ${names.slice(0, 300)}.`
  return new DomainError('agent_tls', { message, ...(error.hint ? { hint: error.hint } : {}), cause: error.cause })
}

export const tolerableSkewMs = 60_000

async function explainDates(error: DomainError, target: Target): Promise<DomainError> {
  const seen = await lookUnverified(target)
  if (!seen) return error
  const now = Date.now()
  const isEarly = Date.parse(seen.validFrom) > now
  const message = isEarly
    ? `The agent’s certificate is not valid before ${moment(seen.validFrom)}; here it is ${moment(new Date(now))}.`
    : `The agent’s certificate ended on ${moment(seen.validTo)}; here it is ${moment(new Date(now))}.`
  const aheadMs = seen.hostTime === null ? null : seen.hostTime - now
  return new DomainError('agent_tls', { message, hint: datesHint(aheadMs, isEarly), cause: error.cause })
}

function datesHint(aheadMs: number | null, isEarly: boolean): string {
  if (aheadMs === null) return 'Check the clocks of both machines (timedatectl), then make a new certificate.'
  if (Math.abs(aheadMs) <= tolerableSkewMs)
    return isEarly
      ? 'The clocks of both machines agree: the certificate was made for later. Make a new one.'
      : 'The clocks of both machines agree: make a new certificate.'
  return `${clockWords(aheadMs)} Set the clocks right first: timedatectl set-ntp true.`
}

export function clockWords(aheadMs: number): string {
  return `The clock of the host is ${span(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the portal’s.`
}

function span(ms: number): string {
  const [value, unit] =
    ms < 120_000
      ? [ms / 1000, 'second']
      : ms < 7_200_000
        ? [ms / 60_000, 'minute']
        : ms < 172_800_000
          ? [ms / 3_600_000, 'hour']
          : [ms / 86_400_000, 'day']
  return `${Math.round(value)} ${unit}s`
}

function moment(time: string | Date): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

type Unverified = { validFrom: string; validTo: string; hostTime: number | null }

/** Believes nobody and tells nothing: it reads the dates of the certificate and, in the header of a ping, the clock of the other side. */
function lookUnverified({ host, port, certPem, keyPem, serverName }: Target): Promise<Unverified | null> {
  return new Promise((resolve) => {
    let seen: Unverified | null = null
    const asked = request({
      ...{ host, port, path: '/_ping', method: 'HEAD', cert: certPem, key: keyPem, lookup: safeLookup, agent: false },
      ...(serverName ? { servername: serverName } : {}),
      rejectUnauthorized: false,
      signal: AbortSignal.timeout(3_000),
    })
    asked.once('socket', (socket) =>
      socket.once('secureConnect', () => {
        const { valid_from: validFrom, valid_to: validTo } = (socket as TLSSocket).getPeerCertificate()
        if (validFrom && validTo) seen = { validFrom, validTo, hostTime: null }
      }),
    )
    asked.once('response', (response) => {
      const at = Date.parse(response.headers.date ?? '')
      response.destroy()
      resolve(seen && { ...seen, hostTime: Number.isNaN(at) ? null : at })
    })
    asked.once('error', () => resolve(seen)).end()
  })
}
