import { expect, test } from 'vitest'
import { aptSettings } from './machine-apt'

const official = 'Debian|Debian|http://deb.debian.org/debian/\nDebian|Debian-Security|http://deb.debian.org/debian-security/\n'

test('the machine’s own mirror serves the build, security updates included', async () => {
  const targets =
    'Other|Other|http://x.example/\nDebian|Debian|http://mirror.example/d/\nDebian|Debian-Security|http://mirror.example/s/\n'
  expect((await aptSettings('bookworm', targets, '', {})).sources).toBe(
    'deb http://mirror.example/d bookworm main\ndeb http://mirror.example/d bookworm-updates main\ndeb http://mirror.example/s bookworm-security main\n',
  )
})

test.each(['', 'Ubuntu|Ubuntu|http://archive.example/ubuntu/\n', 'Debian|Debian|file:/srv/debian/\n'])(
  'a machine without a usable Debian mirror takes Debian’s own (%j)',
  async (targets) => {
    expect((await aptSettings('bookworm', targets, '', {})).sources).toBe(
      (await aptSettings('bookworm', official, '', {})).sources,
    )
  },
)

test('proxies and relaxed date checks go along, other settings stay', async () => {
  const dump = [
    'APT "";',
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::http::Proxy::intern.example "DIRECT";',
    'Acquire::https::Proxy "";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Languages:: "none";',
    'DPkg::Post-Invoke:: "rm -rf /";',
  ].join('\n')
  const { configuration } = await aptSettings('bookworm', official, dump, {
    http_proxy: 'http://ignored',
    https_proxy: 'http://p:1',
  })
  expect(configuration.trim().split('\n')).toEqual([
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::http::Proxy::intern.example "DIRECT";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::https::Proxy "http://p:1";',
  ])
})
