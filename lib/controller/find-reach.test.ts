import { expect, test } from 'vitest'
import type { ReachCandidate } from '@/lib/domain/reach'
import type { AskDesktop, DesktopAnswer } from './ask-desktop'
import { findReach } from './find-reach'

const bridge: ReachCandidate = { way: 'bridge', host: 'bridge', port: 6901 }
const loopback: ReachCandidate = { way: 'loopback', host: '127.0.0.1', port: 32768 }
const quiet: DesktopAnswer = { kind: 'silent', why: 'nothing_listens' }
const never = new AbortController().signal

/** Answers per host, in turn; the last one stays. */
function script(answers: Record<string, DesktopAnswer[]>): AskDesktop & { asked: string[] } {
  const asked: string[] = []
  const ask: AskDesktop = async ({ host }) => {
    asked.push(host)
    const left = answers[host] ?? [quiet]
    return (left.length > 1 ? left.shift() : left[0]) ?? quiet
  }
  return Object.assign(ask, { asked })
}

const find = (ask: AskDesktop, options: Partial<Parameters<typeof findReach>[0]> = {}) =>
  findReach({ candidates: [bridge, loopback], password: 'x', pin: 'P', ask, forMs: 5_000, signal: never, ...options })

test('the first way that answers is taken, however long the others stay silent', async () => {
  const ask = script({ '127.0.0.1': [quiet, quiet, { kind: 'answered', pin: 'P' }] })
  expect(await find(ask)).toEqual({ kind: 'reached', candidate: loopback, pin: 'P' })
})

test('asks again until it answers', async () => {
  const ask = script({ bridge: [quiet, quiet, quiet, { kind: 'answered', pin: 'P' }] })
  expect(await find(ask, { candidates: [bridge] })).toMatchObject({ kind: 'reached' })
  expect(ask.asked).toHaveLength(4)
})

test('one try is one try per way, and the most telling silence is reported', async () => {
  const ask = script({ bridge: [{ kind: 'silent', why: 'unreachable' }], '127.0.0.1': [{ kind: 'silent', why: 'not_https' }] })
  expect(await find(ask, { forMs: 0 })).toEqual({ kind: 'not_yet', last: { kind: 'silent', why: 'not_https' } })
  expect(ask.asked).toHaveLength(2)
})

test('waiting ends when its time is over', async () => {
  expect(await find(script({}), { forMs: 30 })).toEqual({ kind: 'not_yet', last: quiet })
})

test('an interruption ends the waiting at once', async () => {
  const stop = new AbortController()
  const waiting = find(script({}), { forMs: 60_000, signal: stop.signal })
  stop.abort()
  expect((await waiting).kind).toBe('not_yet')
})

test('with no way at all there is nothing to wait for', async () => {
  expect(await find(script({}), { candidates: [] })).toEqual({ kind: 'not_yet', last: { kind: 'silent', why: 'unreachable' } })
})

test('while the way that worked last may still answer, no other is asked', async () => {
  const ask = script({ bridge: [quiet, quiet, { kind: 'answered', pin: 'P' }] })
  expect(await find(ask, { headStartMs: 60_000 })).toMatchObject({ kind: 'reached', candidate: bridge })
  expect(ask.asked).not.toContain('127.0.0.1')
})

test('the way that worked last is not waited for for ever', async () => {
  const ask = script({ '127.0.0.1': [{ kind: 'answered', pin: 'P' }] })
  expect(await find(ask, { headStartMs: 1, forMs: 60_000 })).toMatchObject({ kind: 'reached', candidate: loopback })
  expect(ask.asked[0]).toBe('bridge')
})
