import { expect, test } from 'vitest'
import { AgentEndpoint } from './agent'

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const endpoint = { kind: 'tcp', host: 'gpu-1', caPem: pem, certPem: pem, keyPem: pem }

test.each([
  ['no PEM at all', 'ssh-ed25519 AAAA'],
  ['an end before the beginning', '-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----'],
  // Would take a backtracking expression minutes.
  ['megabytes of beginnings', '-----BEGIN A-----'.repeat(250_000)],
])('%s is refused as a certificate, by name of the field', (_what, caPem) => {
  const problems = AgentEndpoint.safeParse({ ...endpoint, caPem }).error?.issues
  expect(problems?.map(({ path }) => path.join('.'))).toContain('caPem')
})

test('text before and after a PEM, as openssl prints it, is no problem', () => {
  expect(AgentEndpoint.safeParse({ ...endpoint, caPem: `Certificate:\n  Data:\n${pem}\n` }).success).toBe(true)
})
