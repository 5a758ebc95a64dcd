// Where a restart would do harm: what the script sees of it beforehand, and that Docker then runs on as it ran.
import { afterEach, describe, expect, test } from 'vitest'
import { FakeMachine } from './fake-machine'

let machine: FakeMachine
const ports = async () => [await machine.portAt('127.0.0.1'), await machine.portAt('127.0.0.2')]

afterEach(() => machine.close())

/** As after a renewal: another certificate lies there than the one that Docker shows. */
async function becomeAnotherCertificate(): Promise<void> {
  const folder = `${machine.root}/etc-docker/berth`
  const { code } = await machine.shell(
    `openssl req -x509 -new -key ${folder}/key.pem -days 300 -subj /CN=lab-1 -out ${folder}/cert.pem`,
  )
  expect(code).toBe(0)
}

/** Each way to a restart ends with these words, and without one. */
async function expectNoRestart(words: string, runs = ['refresh', '', '--uninstall']): Promise<void> {
  const { restarts } = machine
  for (const options of runs) {
    const { code, output } = await machine.berthHost(options)
    expect(output).toContain(words)
    expect(code).toBe(1)
  }
  expect(machine.restarts).toBe(restarts)
  expect(await ports()).toEqual(['tls', 'tls'])
}

describe('where daemon.json says how Docker listens', { timeout: 60_000 }, () => {
  test('Docker is not restarted where it does not say which containers run', async () => {
    machine = await FakeMachine.start()
    await machine.add()
    machine.write(
      'etc-docker/daemon.json',
      machine.read('etc-docker/daemon.json').replace('"live-restore": true', '"live-restore": false'),
    )
    machine.write('live', 'false')
    machine.write('containers', 'abc \n')
    await becomeAnotherCertificate()
    machine.write('ps-fails', '')
    await expectNoRestart('did not say which containers run')
  })
  test.each([
    ['is off', 'false', 0],
    ['was turned off in daemon.json since', 'true', 1],
  ])('where containers run and live-restore %s, the timer has Docker read daemon.json no second time', async (_, live, first) => {
    machine = await FakeMachine.start()
    await machine.add()
    const off = machine.read('etc-docker/daemon.json').replace('"live-restore": true', '"live-restore": false')
    machine.write('etc-docker/daemon.json', off)
    machine.write('live', live)
    machine.write('containers', 'abc \n')
    await becomeAnotherCertificate()
    const { restarts } = machine
    const before = machine.reloads
    for (let run = 0; run < 2; run++) {
      const { code, output } = await machine.berthHost('refresh')
      expect(output).toContain('containers would be stopped by that')
      expect(code).toBe(0)
      expect(machine.reloads).toBe(before + first)
    }
    expect(machine.restarts).toBe(restarts)
  })
  test.each([
    ['Docker itself', ['refresh', '', '--uninstall']],
    ['a reload', ['refresh']],
  ])('a mistake that somebody left in daemon.json, seen by %s, keeps Docker from being restarted', async (by, runs) => {
    machine = await FakeMachine.start()
    if (by === 'Docker itself') machine.write('validates', '')
    await machine.add()
    const right = machine.read('etc-docker/daemon.json')
    machine.write('etc-docker/daemon.json', right.replace('{', '{ "no-such-setting": 1,'))
    await becomeAnotherCertificate()
    await expectNoRestart('Docker would not take', runs)
    machine.write('etc-docker/daemon.json', right)
    const restarted = await machine.berthHost('refresh')
    expect(restarted).toEqual({ code: 0, output: 'Restart Docker, so that it shows the new certificate\n' })
  })
})

test('where systemd starts Docker with -H and live-restore is on, a mistake in daemon.json is found before anything is written', {
  timeout: 60_000,
}, async () => {
  machine = await FakeMachine.start({ systemd: true })
  machine.write('etc-docker/daemon.json', '{ "live-restore": true }\n')
  await machine.shell('systemctl restart docker')
  const { restarts } = machine
  machine.write('etc-docker/daemon.json', '{ "live-restore": true, "no-such-setting": 1 }\n')
  machine.write('validates', '')
  const { code, output } = await machine.add()
  expect(output).toContain('Docker would not take')
  expect(code).toBe(1)
  expect(machine.restarts).toBe(restarts)
  expect((await machine.shell(`ls ${machine.root}/units`)).output).toBe('docker.service\n')
})

test('a port that somebody has opened elsewhere is left without TLS by nobody, also where Docker does not start with it', {
  timeout: 60_000,
}, async () => {
  machine = await FakeMachine.start({ systemd: true })
  await machine.add()
  machine.write('units/docker.service', `[Service]\nExecStart=/usr/bin/dockerd -H fd:// -H tcp://127.0.0.2:${machine.port}\n`)
  // A certificate that does not fit its key: with it Docker does not start.
  await becomeAnotherCertificate()
  const key = `${machine.root}/etc-docker/berth/key.pem`
  await machine.shell(`cp ${key} ${key}.right && openssl ecparam -name prime256v1 -genkey -noout -out ${key}`)
  const { code, output } = await machine.berthHost()
  expect(output).toContain('the settings with TLS stay')
  expect(code).toBe(1)
  expect(await ports()).toEqual(['closed', 'closed'])
  await machine.shell(`mv ${key}.right ${key} && systemctl reset-failed docker.service && systemctl restart docker.service`)
  expect(await ports()).toEqual(['tls', 'tls'])
  // Nor by the timer, where the drop-in is gone.
  await machine.shell(`rm -r ${machine.root}/units/docker.service.d`)
  await becomeAnotherCertificate()
  await expectNoRestart('without TLS', ['refresh'])
})
