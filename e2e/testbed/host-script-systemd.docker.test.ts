// The script run whole where systemd starts Docker: drop-ins, of the script and of others, and its timer.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeMachine } from './fake-machine'

let machine: FakeMachine
const done = { code: 0, output: expect.stringContaining('Done: this host is the agent "lab-1"') }
const ports = async () => [await machine.portAt('127.0.0.1'), await machine.portAt('127.0.0.2')]

describe('where systemd starts Docker with -H', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    machine = await FakeMachine.start({ systemd: true })
  })
  afterEach(() => machine.close())

  test('added, moved to one address, run again and taken back, more often than systemd starts Docker in a minute', async () => {
    expect(await machine.add()).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'tls'])
    expect(await machine.berthHost('--listen 127.0.0.1')).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'closed'])
    const nowhere = await machine.berthHost('--listen 203.0.113.1')
    expect(nowhere).toMatchObject({ code: 1, output: expect.stringContaining('Docker runs again as it did before') })
    expect(await machine.berthHost()).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'closed'])
    expect(await machine.berthHost('--uninstall')).toMatchObject({ code: 0 })
    expect(await ports()).toEqual(['closed', 'closed'])
    expect((await machine.shell(`find ${machine.root}/units -name '*berth*'`)).output).toBe('')
  })

  test('a drop-in of the administrator’s own stays, with any name, and does not stand in the way', async () => {
    const own = '[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H fd:// --debug\n'
    await machine.shell(`mkdir -p ${machine.root}/units/docker.service.d`)
    for (const name of ['berth', 'override']) machine.write(`units/docker.service.d/${name}.conf`, own)
    expect(await machine.add()).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'tls'])
    expect(await machine.berthHost('--uninstall')).toMatchObject({ code: 0 })
    expect(await ports()).toEqual(['closed', 'closed'])
    for (const name of ['berth', 'override']) expect(machine.read(`units/docker.service.d/${name}.conf`)).toBe(own)
  })

  test('what was set up by hand is left alone, and costs neither a restart nor the token', async () => {
    const byHand = {
      tlsverify: true,
      tlscacert: '/x/ca.pem',
      tlscert: '/x/server.pem',
      tlskey: '/x/key.pem',
      hosts: ['unix:///x'],
    }
    machine.write('etc-docker/daemon.json', JSON.stringify(byHand))
    await machine.shell(`mkdir ${machine.root}/units/docker.service.d`)
    machine.write('units/docker.service.d/berth.conf', '[Service]\nExecStart=\nExecStart=/usr/bin/dockerd\n')
    const { restarts } = machine
    const { code, output } = await machine.add()
    expect(output).toContain('TLS is set in')
    expect(code).toBe(1)
    expect([machine.restarts, machine.asked]).toEqual([restarts, []])
    await machine.add('--uninstall')
    expect(machine.has('units/docker.service.d/berth.conf')).toBe(true)
  })

  test('a drop-in that an earlier script wrote under its former name is taken back and moved', async () => {
    await machine.add()
    const folder = `${machine.root}/units/docker.service.d`
    await machine.shell(`mv ${folder}/*.conf ${folder}/berth.conf`)
    expect(await machine.berthHost()).toMatchObject(done)
    expect(await machine.berthHost('--listen 127.0.0.1')).toMatchObject(done)
    expect(await ports()).toEqual(['tls', 'closed'])
    await machine.shell(`mv ${folder}/*.conf ${folder}/berth.conf`)
    expect(await machine.berthHost('--uninstall')).toMatchObject({ code: 0 })
    expect(await ports()).toEqual(['closed', 'closed'])
    expect((await machine.shell(`ls ${folder}`)).output).toBe('')
  })

  test('a timer that could not be switched on is said, and is switched on by the next run', async () => {
    machine.write('enable-fails', '')
    const { code, output } = await machine.add()
    expect(output).toContain('berth-host.timer')
    expect(output).toContain('Stopped:')
    expect(code).toBe(1)
    machine.remove('enable-fails')
    expect(await machine.berthHost()).toMatchObject(done)
    for (const unit of ['enabled.berth-host.timer', 'enabled.berth-host.service', 'active.berth-host.timer'])
      expect(machine.has(unit)).toBe(true)
    expect((await machine.berthHost()).output).not.toContain('systemd timer')
  })
})
