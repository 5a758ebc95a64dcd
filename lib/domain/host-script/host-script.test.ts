import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostCommand } from './host-command'
import { hostScript } from './host-script'

const token = `bht_${'A'.repeat(43)}`
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const script = hostScript({ origin: 'https://192.0.2.10:7080', certificate })
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-script-'))
  writeFileSync(join(folder, 'berth-host'), script)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

describe('the script of a host', () => {
  test.runIf(has('shellcheck'))(
    'has nothing that shellcheck minds',
    () => {
      execFileSync('shellcheck', ['--shell=sh', '--severity=info', join(folder, 'berth-host')], { encoding: 'utf8' })
    },
    60_000,
  )

  test('is read by a plain POSIX shell', () => {
    execFileSync('sh', ['-n', join(folder, 'berth-host')])
  })

  test('runs nothing when its download breaks off anywhere', () => {
    const last = script.lastIndexOf('main "$@"')
    expect(script.slice(last).trim()).toBe('main "$@"')
    for (const at of [0.2, 0.5, 0.9]) {
      const cut = script.slice(0, Math.floor(last * at))
      expect(spawnSync('/bin/sh', ['-s'], { input: cut, env: { ...process.env, PATH: '/nonexistent' } }).stdout.toString()).toBe(
        '',
      )
    }
  })

  test('never asks anybody to believe a certificate unseen', () => {
    expect(script).not.toMatch(/--insecure|curl[^\n]* -k\b/)
    expect(hostCommand({ origin: 'https://192.0.2.10:7080', token, certificate })).not.toMatch(/--insecure|-k\b/)
  })

  test.each(["https://a.example/'; id; '", 'https://a.example\nid', 'https://a.example/$(id)', 'ftp://a.example'])(
    'nothing but an origin is put into it: %s',
    (origin) => {
      expect(() => hostScript({ origin, certificate: null })).toThrow('cannot stand in a shell')
      expect(() => hostCommand({ origin, token, certificate: null })).toThrow('cannot stand in a shell')
    },
  )

  test('nothing but a certificate is put into it', () => {
    const bad = "-----BEGIN CERTIFICATE-----\n'; id; '\n-----END CERTIFICATE-----\n"
    expect(() => hostScript({ origin: 'https://a.example', certificate: bad })).toThrow('cannot stand in a shell')
  })

  test('the line is one command, with the certificate that is to be believed', () => {
    expect(hostCommand({ origin: 'https://berth.example.org', token, certificate: null })).toBe(
      `curl -fsSL https://berth.example.org/api/v1/host/script | sudo sh -s -- --token ${token}`,
    )
    const pinned = hostCommand({ origin: 'https://192.0.2.10:7080', token, certificate })
    expect(pinned.split('\n').slice(1, -1).join('\n')).toBe(certificate.trimEnd())
    expect(spawnSync('sh', ['-n'], { input: pinned }).status).toBe(0)
  })
})

describe('lines of daemon.json', () => {
  // Only the functions, and the two settings that they need.
  const parts = script.slice(0, script.lastIndexOf('main "$@"'))
  const edit = (verb: string, text: string) => {
    writeFileSync(join(folder, 'daemon.json'), text)
    const program = `${parts}\nWORK=${folder}\nprintf '%s\\n' '"live-restore": true' | ${verb} ${folder}/daemon.json`
    return execFileSync('sh', ['-s'], { input: program, encoding: 'utf8' })
  }
  test.each([
    ['an empty file', '', {}],
    ['an empty object', '{}\n', {}],
    ['an empty object over lines', ' {\n\n}\n', {}],
    ['one line', '{"log-level":"warn"}', { 'log-level': 'warn' }],
    ['several lines', '{\n  "log-level": "warn",\n  "labels": ["a={"]\n}\n', { 'log-level': 'warn', labels: ['a={'] }],
  ])('are put in and taken out again: %s', (_, text, members) => {
    const withLine = edit('with_lines', text)
    expect(JSON.parse(withLine)).toEqual({ ...members, 'live-restore': true })
    const without = edit('members BUT live-restore', withLine)
    expect(JSON.parse(without)).toEqual(members)
  })

  const odd = {
    a: '},"hosts":["tcp://x"]\\"',
    nested: { hosts: [{ tlscert: ']' }], b: 1 },
    'live-restore': false,
    hosts: ['x', 'y'],
    tlscert: '/x',
  }
  test.each([
    ['on one line', JSON.stringify(odd)],
    ['over many', JSON.stringify(odd, null, '\t')],
    ['with breaks of another system', JSON.stringify(odd, null, 1).replaceAll('\n', '\r\n')],
  ])('are found by name alone, and only at the top: %s', (_, text) => {
    const { hosts, tlscert, ...rest } = odd
    expect(JSON.parse(edit('members BUT "hosts tlsverify tlscert"', text))).toEqual(rest)
    expect(JSON.parse(edit('members ONLY "hosts tlsverify tlscert"', text))).toEqual({ hosts, tlscert })
    expect(JSON.parse(edit('members ONLY none', text))).toEqual({})
    expect(edit('members BUT none', text).trimEnd()).toBe(text)
  })

  test('a file that is no object is left alone', () => {
    for (const verb of ['with_lines', 'members BUT hosts']) expect(() => edit(verb, '[1]')).toThrow()
  })
})

describe('where systemd starts Docker with -H', () => {
  // The words of the unit files that Debian and Docker ship; that systemd starts Docker with the result is not tried here.
  const dropIn = (unit: string) => {
    const parts = script.slice(0, script.lastIndexOf('main "$@"'))
    const program = `${parts}
systemctl() { cat <<'UNIT'
${unit}
UNIT
}
DROP_IN=${folder}/docker.service.d/zz-berth-host.conf PORT=2376 LISTEN=0.0.0.0
write_drop_in && cat "$DROP_IN"`
    return spawnSync('sh', ['-s'], { input: program, encoding: 'utf8' })
  }

  test.each([
    ['Docker’s own', 'ExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock'],
    ['Debian’s', 'ExecStart=/usr/sbin/dockerd -H fd:// $DOCKER_OPTS'],
  ])('the last start line is kept and gets the port with mutual TLS behind it: %s', (_, start) => {
    const { stdout, status } = dropIn(
      `[Service]\nExecStart=/bin/former\n\n[Service]\nExecStart=\n${start}\nExecReload=/bin/kill -s HUP $MAINPID`,
    )
    expect(status).toBe(0)
    expect(stdout).toContain(
      `[Service]\nExecStart=\n${start} -H tcp://0.0.0.0:2376 --tlsverify --tlscacert=/etc/docker/berth/ca.pem`,
    )
  })

  test.each([
    ['none', '[Service]\nType=notify'],
    ['one over several lines', 'ExecStart=/usr/bin/dockerd \\\n  -H fd://'],
  ])('a start line that cannot be continued is left alone: %s', (_, unit) => {
    const { status, stderr } = dropIn(unit)
    expect(status).toBe(1)
    expect(stderr).toContain('Add this host by hand')
  })
})

describe('filters', () => {
  const parts = script.slice(0, script.lastIndexOf('main "$@"'))
  const sh = (call: string) => {
    writeFileSync(join(folder, 'portals'), '10.0.0.1 2001:db8::1')
    writeFileSync(join(folder, 'agents'), '10.0.0.5 2001:db8::5')
    return spawnSync('sh', ['-s'], { input: `${parts}\nSTATE=${folder}\ndocker_() { :; }\n${call}`, encoding: 'utf8' })
  }

  test.each([
    ['only_ipv4 169.254.0.0/16', '10.0.0.1', '10.0.0.5', '169.254.0.0/16', '2001:db8'],
    ['only_ipv6 fd00:ec2::254/128', '2001:db8::1', '2001:db8::5', 'fd00:ec2::254/128', '10.0.0'],
  ])('of one family name the addresses of that family alone: %s', (family, portal, agent, metadata, otherFamily) => {
    const { stdout } = sh(`rules ${family}`)
    expect(stdout).toContain(`-A BERTH-FORWARD -i berth+ -d ${metadata} -j DROP\n`)
    expect(stdout).toContain(`-A BERTH-FORWARD -i berth+ -d ${agent} -j DROP\n`)
    expect(stdout).toContain(`-A BERTH-FORWARD -o berth+ -s ${portal} -j RETURN\n-A BERTH-FORWARD -o berth+ -j DROP\nCOMMIT\n`)
    expect(stdout).not.toContain(otherFamily)
  })

  test.each([
    ['2001:db8::5', 'yes', 1],
    ['2001:db8::5', '', 0],
    ['10.0.0.5', 'yes', 0],
    ['gpu-1.lab.example', 'yes', 0],
  ])('a host at %s with filters "%s": what could not be filtered is refused in words', (address, filters, status) => {
    const seen = sh(`ADDRESS=${address} FILTERS='${filters}'\ncan_filter`)
    expect(seen.status).toBe(status)
    if (status !== 0) expect(seen.stderr).toContain('Make a new line with an IPv4 address')
  })
})
