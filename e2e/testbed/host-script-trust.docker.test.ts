// How a host knows its portal when the portal's certificate changes: never unseen, and without anybody at the host where that can be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureGeneratedCertificate, type GeneratedCertificate } from '@/lib/gateway/generated-certificate'
import { toBase64Der } from '@/lib/secrets/host-certificates'
import { FakeMachine } from './fake-machine'

let machine: FakeMachine
let folder: string
let first: GeneratedCertificate
let next: GeneratedCertificate
const done = { code: 0, output: expect.stringContaining('Done: this host is the agent "lab-1"') }
const quiet = { code: 0, output: '' }

const make = (name: string) =>
  ensureGeneratedCertificate({ dataDir: join(folder, name), publicHost: '127.0.0.1', clock: { now: () => new Date() } })
const trusted = (...made: GeneratedCertificate[]) => made.map(({ cert }) => toBase64Der(cert)).join(' ')

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-trust-'))
  first = await make('first')
  next = await make('next')
  machine = await FakeMachine.start({ tls: first })
})
afterEach(async () => {
  await machine.close()
  rmSync(folder, { recursive: true })
})

/** The system's own authorities, among which the one of this portal is now. */
function signedByKnownAuthority({ cert }: GeneratedCertificate): void {
  machine.authorities = join(folder, 'authorities.pem')
  writeFileSync(machine.authorities, cert)
}

test('a host hears of the next certificate while the present one is shown, and goes on when it changes', {
  timeout: 60_000,
}, async () => {
  machine.trust = trusted(first, next)
  expect(await machine.add()).toMatchObject(done)
  await machine.showAnother(next)
  machine.trust = trusted(next)
  expect(await machine.berthHost('refresh')).toEqual(quiet)
  const third = await make('third')
  machine.trust = trusted(next, third)
  expect(await machine.berthHost('refresh')).toEqual(quiet)
  await machine.showAnother(third)
  machine.remove('filters')
  expect(await machine.berthHost('refresh')).toEqual(quiet)
  expect(machine.has('filters')).toBe(true)
})

test('a host that did not hear of it believes nobody, says what to do, and goes on after a new line', {
  timeout: 60_000,
}, async () => {
  machine.trust = trusted(first)
  await machine.add('--without-filters')
  await machine.showAnother(next)
  const { code, output } = await machine.berthHost('refresh')
  expect(output).toContain('could not be reached')
  expect(code).toBe(0)
  expect((await machine.berthHost()).output).toContain('run a new line of the portal here')
  const restarts = machine.restarts
  machine.certificate = next.cert
  machine.trust = trusted(next)
  expect(await machine.add()).toMatchObject(done)
  expect(machine.asked.filter((path) => path === 'certificate')).toHaveLength(1)
  expect(await machine.berthHost('refresh')).toEqual(quiet)
  expect(machine.restarts).toBe(restarts)
})

test('where the portal moves to a certificate of a known authority the host goes on, and keeps nothing of the former', {
  timeout: 60_000,
}, async () => {
  machine.trust = trusted(first)
  await machine.add()
  expect(machine.has('etc-docker/berth/portal.pem')).toBe(true)
  signedByKnownAuthority(next)
  await machine.showAnother(next)
  machine.trust = ''
  for (let run = 0; run < 2; run++) expect(await machine.berthHost('refresh')).toEqual(quiet)
  expect(machine.has('etc-docker/berth/portal.pem')).toBe(false)
})

test('a token is shown to nobody but who shows the certificate of the line', async () => {
  signedByKnownAuthority(next)
  await machine.showAnother(next)
  const { code, output } = await machine.add()
  expect(output).toContain('could not be reached')
  expect(code).toBe(1)
  expect(machine.asked).toEqual([])
})

test('a CA with another key is not taken, whoever vouches for the connection', { timeout: 60_000 }, async () => {
  await machine.add()
  const ca = machine.read('etc-docker/berth/ca.pem')
  await machine.becomeAnotherPortal()
  machine.edit = (script) => script.replace(/^RENEW_SECONDS=.*$/m, 'RENEW_SECONDS=$((500 * 86400))')
  const { output } = await machine.add()
  expect(output).toContain('The portal signs with another key than before.')
  expect(machine.read('etc-docker/berth/ca.pem')).toBe(ca)
})

test('filters that cannot be set do not keep a certificate from being renewed, nor the other way round', {
  timeout: 60_000,
}, async () => {
  machine.edit = (script) => script.replace(/^RENEW_SECONDS=.*$/m, 'RENEW_SECONDS=$((500 * 86400))')
  await machine.add()
  const certificate = machine.read('etc-docker/berth/cert.pem')
  machine.write('restore-fails', '')
  const unfiltered = await machine.berthHost('refresh')
  expect(unfiltered).toMatchObject({ code: 1, output: expect.stringMatching(/Stopped: Not done: the filters\.\n.*\n$/) })
  expect(machine.read('etc-docker/berth/cert.pem')).not.toBe(certificate)
  const { restarts } = machine
  for (const name of ['restore-fails', 'filters']) machine.remove(name)
  machine.answers.renewal = { status: 500, body: {} }
  const unrenewed = await machine.berthHost('refresh')
  expect(unrenewed).toMatchObject({
    code: 1,
    output: expect.stringMatching(/Stopped: Not done: the renewal of the certificate\.\n.*\n$/),
  })
  expect(machine.has('filters')).toBe(true)
  // What was renewed by the run whose filters failed is what Docker shows.
  expect(machine.restarts).toBe(restarts)
})

test.each([
  ['the chain of Docker is gone', (of: FakeMachine) => of.write('no-chain', ''), 'no chain DOCKER-USER', 'the filters'],
  ['there is no iptables', (of: FakeMachine) => of.remove('usr-sbin/iptables'), 'iptables is not installed', 'the filters'],
  [
    'Docker does not answer',
    (of: FakeMachine) => of.write('hangs', ''),
    'Docker does not answer',
    'the filters, that Docker shows the certificate',
  ],
])(
  'where %s, the certificate is renewed all the same, and the rest is said last',
  {
    timeout: 60_000,
  },
  async (_, harm, why, undone) => {
    machine.edit = (script) =>
      script
        .replace(/^RENEW_SECONDS=.*$/m, 'RENEW_SECONDS=$((500 * 86400))')
        .replace(/^WAIT_SECONDS=.*$/m, 'WAIT_SECONDS=1')
        // Where this machine has its own iptables.
        .replace(/^(export PATH=.*):\/sbin"$/m, '$1"')
    machine.trust = trusted(first)
    await machine.add()
    const certificate = machine.read('etc-docker/berth/cert.pem')
    const { restarts } = machine
    harm(machine)
    machine.trust = trusted(first, next)
    const { code, output } = await machine.cron()
    expect(output).toContain(why)
    expect(output).toMatch(new RegExp(`Stopped: Not done: ${undone}\\.\n.*\n$`))
    expect(code).toBe(1)
    expect(machine.read('etc-docker/berth/cert.pem')).not.toBe(certificate)
    expect(machine.read('etc-docker/berth/portal.pem').match(/BEGIN/g)).toHaveLength(2)
    expect(machine.restarts).toBe(undone === 'the filters' ? restarts + 1 : restarts)
  },
)

test('a portal that has moved takes its host along, and another portal does not get it', { timeout: 60_000 }, async () => {
  await machine.add()
  const moved = (text: string) => text.replace(/^portal=.*$/m, 'portal=https://former.example.org')
  machine.write('etc-docker/berth/host', moved(machine.read('etc-docker/berth/host')))
  machine.answers.addresses = { status: 401, body: { error: { message: 'The portal does not know this host.' } } }
  expect((await machine.add()).output).toContain('This host belongs to the portal at https://former.example.org.')
  delete machine.answers.addresses
  expect(await machine.add()).toMatchObject(done)
  expect(machine.read('etc-docker/berth/host')).toContain(`portal=${machine.origin}\n`)
  expect(machine.asked.filter((path) => path === 'certificate')).toHaveLength(1)
})
