import { expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import { greeting } from './greeting'

test('over ssh it prints the line that makes the portal reachable from the other machine', () => {
  const text = greeting(loadConfig({ BERTH_PORT: '7081' }), { sshConnection: '192.0.2.7 50123 192.0.2.9 2222', user: 'ada' })
  expect(text).toContain('http://localhost:7081')
  expect(text).toContain('ssh -p 2222 -N -L 7081:localhost:7081 ada@192.0.2.9')
})

test('at the machine itself, and where the portal listens on the network, there is no such line', () => {
  expect(greeting(loadConfig({}), { sshConnection: undefined, user: 'ada' })).not.toContain('ssh')
  const env = { BERTH_HOST: '0.0.0.0', BERTH_PUBLIC_URL: 'https://berth.example.org:7080', BERTH_SESSION_PORTS: '6100-6299' }
  const text = greeting(loadConfig(env), { sshConnection: '192.0.2.7 50123 192.0.2.9 22', user: 'ada' })
  expect(text).not.toContain('ssh')
  expect(text).toContain('whether to trust it')
})

test('over ssh with session ports it says that one line is not enough', () => {
  const environment = { sshConnection: '192.0.2.7 50123 192.0.2.9 22', user: 'ada' }
  expect(greeting(loadConfig({ BERTH_SESSION_PORTS: '6100-6299' }), environment)).toContain(
    'one more -L for each port of 6100 to 6299',
  )
})
