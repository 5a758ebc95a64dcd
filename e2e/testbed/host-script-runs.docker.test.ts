// The script run whole on a fake machine: what a second run, another order or a run that was cut off leaves behind.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeMachine } from './fake-machine'

let machine: FakeMachine
const done = { code: 0, output: expect.stringContaining('Done: this host is the agent "lab-1"') }
const ports = async () => [await machine.portAt('127.0.0.1'), await machine.portAt('127.0.0.2')]

describe('where daemon.json says how Docker listens', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    machine = await FakeMachine.start()
  })
  afterEach(() => machine.close())

  test('added, run again and taken back: Docker restarts once each way, the port is closed and every file is as before', async () => {
    const before = '{ "log-level": "info",\n  "labels": ["a{"] }\n'
    machine.write('etc-docker/daemon.json', before)
    expect(await machine.add()).toMatchObject(done)
    expect(await machine.berthHost()).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'tls'])
    expect(await machine.berthHost('--uninstall')).toMatchObject({ code: 0 })
    expect(await ports()).toEqual(['closed', 'closed'])
    expect(machine.read('etc-docker/daemon.json')).toBe(before)
    expect(machine.restarts).toBe(3)
    expect((await machine.add('--uninstall')).output).toBe('There is nothing of Berth here.\n')
  })

  test('--listen moves the port to that address and back, and what is taken back is closed everywhere', async () => {
    await machine.add()
    expect(await machine.berthHost('--listen 127.0.0.1')).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'closed'])
    // Without the option it stays where it is.
    expect(await machine.berthHost()).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'closed'])
    expect(await machine.berthHost('--listen 127.0.0.2')).toMatchObject(done)
    expect(await ports()).toEqual(['closed', 'tls'])
    expect(await machine.berthHost('--listen 0.0.0.0')).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'tls'])
    expect(await machine.berthHost('--uninstall')).toMatchObject({ code: 0 })
    expect(await ports()).toEqual(['closed', 'closed'])
    expect(machine.has('etc-docker/daemon.json')).toBe(false)
  })

  test('an address that the machine does not have changes nothing, and the timer leaves Docker alone afterwards', async () => {
    await machine.add()
    const { code, output } = await machine.berthHost('--listen 203.0.113.1')
    expect(output).toContain('Docker runs again as it did before')
    expect(code).toBe(1)
    const { restarts } = machine
    expect(await machine.berthHost('refresh')).toEqual({ code: 0, output: '' })
    expect(await machine.berthHost()).toMatchObject(done)
    expect(machine.restarts).toBe(restarts)
    expect(await ports()).toEqual(['tls', 'tls'])
  })

  test.each([
    ['with another address', (text: string) => text.replace('0.0.0.0', '127.0.0.2')],
    ['laid out by a program', (text: string) => JSON.stringify(JSON.parse(text), null, 4)],
    ['on one line with a setting more', (text: string) => JSON.stringify({ 'log-level': 'warn', ...JSON.parse(text) })],
  ])('lines that somebody has changed since are taken back: %s', async (_, edit) => {
    await machine.add()
    machine.write('etc-docker/daemon.json', edit(machine.read('etc-docker/daemon.json')))
    await machine.shell(`${machine.root}/restart`)
    expect(await machine.berthHost('--uninstall')).toMatchObject({ code: 0 })
    expect(await ports()).toEqual(['closed', 'closed'])
    const { 'log-level': level, ...rest } = machine.settings
    expect(rest).toEqual({})
    await machine.shell(`${machine.root}/restart`)
    expect(await ports()).toEqual(['closed', 'closed'])
  })

  test('Docker is never restarted into a port without TLS, wherever that port stands', async () => {
    await machine.add()
    machine.write('etc-docker/daemon.json', machine.read('etc-docker/daemon.json').replace(/ {2}"hosts".*\n/, ''))
    const listening = `-H unix:///x -H tcp://0.0.0.0:${machine.port}`
    await machine.shell(`${machine.root}/restart ${listening}`)
    expect(await ports()).toEqual(['tls', 'tls'])
    const { restarts } = machine
    const { code, output } = await machine.berthHost('--uninstall')
    expect(output).toContain('without TLS')
    expect(code).toBe(1)
    expect(machine.restarts).toBe(restarts)
    await machine.shell(`${machine.root}/restart ${listening}`)
    expect(await ports()).toEqual(['tls', 'tls'])
  })

  test('a clock that is wrong is named, and the token is not used up by it', async () => {
    machine.write('clock-ahead', '3600')
    machine.answers.certificate = {
      status: 409,
      body: { error: { code: 'host_clock', message: 'The clock of the host is 3600 seconds ahead.', hint: 'Set it.' } },
    }
    const { code, output } = await machine.add()
    expect(output).toContain('The portal refused: The clock of the host is 3600 seconds ahead.\n  Set it.')
    expect(code).toBe(1)
    expect(Math.abs(Number(machine.sent.certificate?.at) - Date.now() / 1000 - 3600)).toBeLessThan(60)
    expect(machine.has('etc-docker/daemon.json')).toBe(false)
  })

  test('what the portal says about filters is what is said', async () => {
    const said = { code: 'host_clock', message: 'The clock of the host is 400 seconds ahead.' }
    machine.answers.addresses = { status: 409, body: { error: said } }
    const { output } = await machine.add()
    expect(output).toContain('The portal refused: The clock of the host is 400 seconds ahead.')
    expect(output).not.toContain('did not say')
    expect((await machine.berthHost('refresh')).output).toContain('The clock of the host is 400 seconds ahead.')
  })

  test('refresh --dry-run changes nothing', async () => {
    await machine.add()
    machine.write('etc-docker/berth/portals', '10.9.9.9')
    machine.remove('filters')
    expect(await machine.berthHost('refresh --dry-run')).toEqual({
      code: 0,
      output: 'Nothing is changed: this only says what would be.\nwould: Bring the filters up to date\n',
    })
    expect(machine.read('etc-docker/berth/portals')).toBe('10.9.9.9')
    expect(machine.has('filters')).toBe(false)
  })

  test('cron, with the little that it looks into, runs what the timer is to do, and its file follows the script', async () => {
    await machine.add()
    const cron = machine.read('cron/berth-host')
    machine.remove('filters')
    expect(await machine.cron()).toEqual({ code: 0, output: '' })
    expect(machine.has('filters')).toBe(true)
    machine.write('cron/berth-host', cron.replace('*/5', '0'))
    expect((await machine.berthHost()).output).toContain('which runs it every five minutes')
    expect(machine.read('cron/berth-host')).toBe(cron)
  })

  test('of two runs at once the timer’s makes way', async () => {
    await machine.add()
    const asked = machine.asked.length
    expect(await machine.shell(`flock ${machine.root}/berth-host.lock ${machine.root}/sbin/berth-host refresh`)).toEqual({
      code: 0,
      output: '',
    })
    expect(machine.asked.length).toBe(asked)
    // A restarted engine holds no lock.
    expect(await machine.berthHost('refresh')).toEqual({ code: 0, output: '' })
    expect(machine.asked.length).toBe(asked + 1)
  })

  test('an engine that does not answer ends the run instead of holding it', async () => {
    await machine.add()
    machine.edit = (script) => script.replace(/^WAIT_SECONDS=.*$/m, 'WAIT_SECONDS=1')
    await machine.berthHost()
    machine.write('hangs', '')
    const { code, output } = await machine.berthHost('refresh')
    expect(output).toContain('Docker does not answer')
    expect(code).toBe(1)
  })

  test('a certificate that Docker does not show after one restart is not restarted for again', async () => {
    await machine.add()
    // Somebody takes the lines out, and leaves the name of the certificate in a label.
    machine.write(
      'etc-docker/daemon.json',
      JSON.stringify({ labels: [`${machine.root}/etc-docker/berth/cert.pem`], 'live-restore': true }),
    )
    await machine.shell(`${machine.root}/restart`)
    await machine.berthHost('refresh')
    const { restarts } = machine
    expect((await machine.berthHost('refresh')).output).toContain('does not show')
    expect(machine.restarts).toBe(restarts)
  })
})
