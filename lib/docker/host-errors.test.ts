import { expect, test } from 'vitest'
import { DomainError } from '@/lib/domain/errors'
import { DeadlineReached } from './deadline'
import { toHostError, type Verb } from './host-errors'

const fromDocker = (statusCode: number, message: string, verb: Verb = 'create') =>
  toHostError(
    Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), { statusCode, json: { message } }),
    verb,
  )
const fromNode = (code: string, message = code) => toHostError(Object.assign(new Error(message), { code }), 'look')

test.each([
  ['ECONNREFUSED', 'agent_unreachable', /refused the connection/],
  ['ENOENT', 'agent_unreachable', /no Docker socket/],
  ['EACCES', 'agent_unreachable', /may not open/],
  ['ENOTFOUND', 'agent_unreachable', /no address/],
  ['EHOSTUNREACH', 'agent_unreachable', /no way/],
  ['ECONNRESET', 'agent_unreachable', /closed the connection/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'agent_tls', /not signed by the given CA/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'agent_tls', /not signed by the given CA/],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'agent_tls', /does not accept the client certificate/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'agent_tls', /does not accept the client certificate/],
  ['ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR', 'agent_tls', /does not accept the client certificate/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'agent_tls', /for another name/],
  ['CERT_HAS_EXPIRED', 'agent_tls', /out of date/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'agent_tls', /does not speak TLS/],
  ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'agent_tls', /cannot be used/],
  ['EWHATEVER', 'agent_unreachable', /EWHATEVER/],
])('%s is said in words', (code, expected, words) => {
  const error = fromNode(code) as DomainError
  expect(error.code).toBe(expected)
  expect(error.message).toMatch(words)
})

test.each([
  [404, 'No such image: x:1', 'create', 'image_missing'],
  [404, 'pull access denied for x', 'pull', 'registry_refused'],
  [500, 'Get "https://r/v2/": no basic auth credentials', 'check', 'registry_refused'],
  [500, 'Get "http://r/v2/": dial tcp 10.0.0.1:5000: connect: connection refused', 'pull', 'registry_unreachable'],
  [500, 'Get "https://r/v2/": dial tcp: lookup r: no such host', 'check', 'registry_unreachable'],
  [500, 'write /var/lib/docker/x: no space left on device', 'pull', 'disk_low'],
  [400, 'client version 1.41 is too old. Minimum supported API version is 1.44', 'look', 'agent_api_too_old'],
  [400, 'Client sent an HTTP request to an HTTPS server.', 'look', 'agent_tls'],
  [500, 'could not select device driver "nvidia" with capabilities: [[gpu]]', 'start', 'container_failed'],
  [400, 'invalid mount config: bind source path does not exist: /srv', 'create', 'container_failed'],
  [500, 'something else', 'look', 'agent_refused'],
] as const)('%s "%s" becomes %3$s', (status, message, verb, code) => {
  expect(fromDocker(status, message, verb)).toMatchObject({ code })
})

test('a failed start says what Docker said and what to do', () => {
  const error = fromDocker(500, 'could not select device driver "nvidia" with capabilities: [[gpu]]', 'start') as DomainError
  expect(error.message).toBe('could not select device driver "nvidia" with capabilities: [[gpu]]')
  expect(error.hint).toContain('NVIDIA container toolkit')
})

test('control characters and floods in a message do not reach a page [attack 34, 39]', () => {
  const error = fromDocker(500, `bad\u001b[31m\n${'x'.repeat(5000)}`) as DomainError
  expect(error.message).not.toMatch(/\p{Cc}/u)
  expect(error.message.length).toBeLessThanOrEqual(600)
})

test('a deadline is the agent’s silence; a caller who gave up is not', () => {
  expect(toHostError(new DeadlineReached(10_000), 'look')).toMatchObject({ code: 'agent_timeout' })
  const abort = new DOMException('gone', 'AbortError')
  expect(toHostError(abort, 'look')).toBe(abort)
})

test('what is already in our words stays as it is', () => {
  const error = new DomainError('container_conflict')
  expect(toHostError(error, 'create')).toBe(error)
})
