import { expect, test } from 'vitest'
import { publishTo } from './publish-to'

test.each([
  ['a local engine publishes on loopback', { kind: 'socket', host: null, publishAddress: null }, '127.0.0.1'],
  ['an engine over tcp publishes on its own address', { kind: 'tcp', host: '10.0.0.5', publishAddress: null }, '10.0.0.5'],
  ['what the administrator said wins', { kind: 'tcp', host: '10.0.0.5', publishAddress: '10.1.1.1' }, '10.1.1.1'],
] as const)('%s', async (_name, agent, expected) => {
  expect(await publishTo(agent)).toBe(expected)
})

test('a name becomes an address, because Docker binds to nothing else', async () => {
  expect(await publishTo({ kind: 'tcp', host: 'localhost', publishAddress: null })).toBe('127.0.0.1')
})

test('a name without an address is the agent’s fault, in words', async () => {
  await expect(publishTo({ kind: 'tcp', host: 'no-such-host.invalid', publishAddress: null })).rejects.toMatchObject({
    code: 'agent_unreachable',
  })
})
