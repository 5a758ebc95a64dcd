import { expect, test } from 'vitest'
import { reachCandidates } from './reach'

const seen = { bridgeAddress: '172.20.0.2', published: { address: '127.0.0.1', port: 32768 } }
const local = { kind: 'socket' as const, host: null, publishAddress: null, reachedBy: null }
const remote = { kind: 'tcp' as const, host: 'gpu-1.example', publishAddress: null, reachedBy: null }

test('on this machine the bridge is tried, and the published port on loopback', () => {
  expect(reachCandidates(seen, local)).toEqual([
    { way: 'bridge', host: '172.20.0.2', port: 6901 },
    { way: 'loopback', host: '127.0.0.1', port: 32768 },
  ])
})

test('the way that worked last comes first', () => {
  expect(reachCandidates(seen, { ...local, reachedBy: 'loopback' }).map(({ way }) => way)).toEqual(['loopback', 'bridge'])
})

test('of an agent over tcp only its own address is tried: 127.0.0.1 and bridge addresses are somebody else here', () => {
  expect(reachCandidates({ ...seen, published: { address: '10.0.0.9', port: 32770 } }, remote)).toEqual([
    { way: 'published', host: 'gpu-1.example', port: 32770 },
  ])
})

test('the publish address wins over the address of the engine, unless it means every address', () => {
  const host = (publishAddress: string) => reachCandidates(seen, { ...remote, publishAddress })[0]?.host
  expect(host('10.1.2.3')).toBe('10.1.2.3')
  expect(host('0.0.0.0')).toBe('gpu-1.example')
})

test('a container that shows neither address nor port can be reached in no way', () => {
  expect(reachCandidates({ bridgeAddress: null, published: null }, local)).toEqual([])
  expect(reachCandidates({ bridgeAddress: '172.20.0.2', published: null }, remote)).toEqual([])
})
