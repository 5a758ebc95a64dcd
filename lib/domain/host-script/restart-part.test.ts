// What the script makes of Docker's settings when it restarts Docker. Only its functions run here.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostScript } from './host-script'

const script = hostScript({ origin: 'https://192.0.2.10:7080', certificate: null })
const parts = script.slice(0, script.lastIndexOf('main "$@"'))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-script-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a start of Docker', () => {
  test.each([
    ['-H fd:// --containerd=/run/containerd/containerd.sock', '{}', 'closed'],
    ['--host-gateway-ip 10.0.0.1 --log-opt syslog-address=tcp://10.0.0.2:514', '', 'closed'],
    ['-H fd:// -H tcp://0.0.0.0:2375', '{}', 'open'],
    ['-H=0.0.0.0:2375', '{}', 'open'],
    ['--host=tcp://0.0.0.0:2375', '{ "tlsverify": false }', 'open'],
    ['-H fd:// \\\n  -H tcp://0.0.0.0:2375', '', 'open'],
    ['-H fd:// -H tcp://0.0.0.0:2375 --tlsverify', '', 'closed'],
    ['-H fd:// -H tcp://0.0.0.0:2375', '{ "tlsverify": true }', 'closed'],
    ['', '{ "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2375"] }', 'open'],
    ['', '{ "hosts": ["unix:///var/run/docker.sock"] }', 'closed'],
  ])('with the options "%s" and the file %s is %s', (options, daemonJson, seen) => {
    writeFileSync(join(folder, 'daemon.json'), daemonJson)
    writeFileSync(join(folder, 'unit'), `[Service]\nExecStart=/usr/bin/dockerd ${options}\nExecReload=/bin/kill -H tcp://x\n`)
    const program = `${parts}
systemctl() { cat ${folder}/unit; }
SYSTEMD=yes WORK=${folder} DAEMON_FILE=${folder}/daemon.json
if would_be_open; then echo open; else echo closed; fi`
    expect(spawnSync('sh', ['-s'], { input: program, encoding: 'utf8' }).stdout).toBe(`${seen}\n`)
  })
})

describe('a restart that failed', () => {
  const goBack = (daemonJson: string, more: string) => {
    writeFileSync(join(folder, 'daemon.json'), daemonJson)
    const stand = `SYSTEMD='' PID=1 STARTED_WITH='' STATE=${folder} WORK=${folder} DAEMON_FILE=${folder}/daemon.json DROP_IN=${folder}/none`
    const program = `${parts}
info() { echo true; }
restart_docker() { echo restarted; false; }
${stand}
${more}
restart_or_back back_to_socket`
    return spawnSync('sh', ['-s'], { input: program, encoding: 'utf8' })
  }

  test.each([
    ['does not end', () => `{ "tlscert": "${folder}/cert.pem"`, ''],
    [
      'Docker would not take without our lines',
      () => `{ "tlscert": "${folder}/cert.pem" }`,
      'dockerd() { echo --validate; false; }',
    ],
    ['cannot be written', () => `{ "tlscert": "${folder}/cert.pem" }`, 'write_daemon_file() { false; }'],
  ])('goes back to a start of Docker in any case, also with a file that %s', (_, daemonJson, more) => {
    const { stdout, stderr, status } = goBack(daemonJson(), more)
    expect(stdout).toBe('restarted\nrestarted\n')
    expect(stderr).toContain('Docker does not start with the former settings either.')
    expect(status).toBe(1)
  })
})
