// A run that ends anywhere between two of its steps, as when somebody closes the terminal: the next one completes it or takes it back.
import { afterEach, describe, expect, test } from 'vitest'
import { FakeMachine } from './fake-machine'

let machine: FakeMachine
const done = { code: 0, output: expect.stringContaining('Done: this host is the agent "lab-1"') }
const before = '{ "log-level": "info" }\n'

afterEach(() => machine.close())

/** Ends right after the change of that number, with nothing said and nothing put away. */
function cutOffAt(step: number): void {
  const counted = `CHANGES=$((CHANGES + 1)); [ "$CHANGES" -lt ${step} ] || kill -9 $$`
  machine.edit = (script) =>
    script.replace('\t"$@"\n}', `\t"$@"\n\t${counted}\n}`).replace('main "$@"\n', 'CHANGES=0\nmain "$@"\n')
}
const letRun = () => {
  machine.edit = (script) => script
}

/** The script from the portal: what lies on the machine may be the one that is cut off. */
const uninstall = () => machine.add('--uninstall')

async function expectNothingLeft(): Promise<void> {
  const left = await machine.shell(`cd ${machine.root} && find etc-docker units sbin cron filters -type f 2>/dev/null`)
  expect(left.output.split('\n').filter((path) => path && path !== 'units/docker.service')).toEqual(['etc-docker/daemon.json'])
  expect(machine.read('etc-docker/daemon.json')).toBe(before)
  expect(await machine.portAt('127.0.0.1')).toBe('closed')
  expect(machine.read('live').trim()).toBe('false')
}

describe.each([
  { where: 'daemon.json', systemd: false, adding: [1, 2, 4, 5, 6, 8], takingBack: [1, 2, 3, 4] },
  { where: 'a drop-in', systemd: true, adding: [5, 6, 8], takingBack: [2] },
])('with $where', ({ systemd, adding, takingBack }) => {
  test.each(adding)(
    'added and cut off after step %d: taken back nothing is left, added again it is an agent',
    { timeout: 60_000 },
    async (step) => {
      machine = await FakeMachine.start({ systemd })
      machine.write('etc-docker/daemon.json', before)
      cutOffAt(step)
      expect((await machine.add()).code).not.toBe(0)
      letRun()
      expect(await uninstall()).toMatchObject({ code: 0 })
      await expectNothingLeft()
      cutOffAt(step)
      expect((await machine.add()).code).not.toBe(0)
      letRun()
      expect(await machine.add()).toMatchObject(done)
      expect(await machine.portAt('127.0.0.1')).toBe('tls')
    },
  )

  test.each(takingBack)(
    'taken back and cut off after step %d: taken back again nothing is left',
    { timeout: 60_000 },
    async (step) => {
      machine = await FakeMachine.start({ systemd })
      machine.write('etc-docker/daemon.json', before)
      await machine.add()
      cutOffAt(step)
      expect((await uninstall()).code).not.toBe(0)
      letRun()
      expect(await uninstall()).toMatchObject({ code: 0 })
      await expectNothingLeft()
    },
  )
})

test('taken back and cut off before Docker was restarted: the next run closes the port', { timeout: 60_000 }, async () => {
  machine = await FakeMachine.start()
  machine.write('etc-docker/daemon.json', before)
  await machine.add()
  machine.edit = (script) => script.replace('\tif would_be_open; then', '\tkill -9 $$\n$&')
  expect((await uninstall()).code).not.toBe(0)
  expect(await machine.portAt('127.0.0.1')).toBe('tls')
  letRun()
  expect(await uninstall()).toMatchObject({ code: 0 })
  await expectNothingLeft()
})

test('an engine that does not run is no reason to leave anything there', { timeout: 60_000 }, async () => {
  machine = await FakeMachine.start()
  machine.write('etc-docker/daemon.json', before)
  await machine.add()
  process.kill(Number(machine.read('docker.pid')))
  while (machine.has('docker.pid')) await new Promise((resolve) => setTimeout(resolve, 10))
  const { code, output } = await machine.berthHost('--uninstall')
  expect(output).toContain('Docker does not answer')
  expect(code).toBe(0)
  expect(machine.read('etc-docker/daemon.json')).toBe(before)
  expect([machine.has('sbin/berth-host'), machine.has('etc-docker/berth')]).toEqual([false, false])
})
