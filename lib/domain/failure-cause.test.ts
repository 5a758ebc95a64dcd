import { expect, test } from 'vitest'
import { exitCause, silenceCause } from './failure-cause'

const start = { exitCode: 1, outOfMemory: false, logTail: '', hadAnswered: false }

test.each([
  ['want of memory, whatever the exit code', { ...start, exitCode: 0, outOfMemory: true }, /out of memory/],
  ['the password', { ...start, exitCode: 2 }, /password/],
  [
    'a home that cannot be written, said in the log',
    { ...start, logTail: '/home/kasm-user is not writable by uid 1000' },
    /home directory is not writable/,
  ],
  ['a bad start without words', start, /ended while it was starting/],
  ['the wrong architecture', { ...start, logTail: 'exec /usr/bin/tini: exec format error' }, /architecture/],
  ['a read-only root', { ...start, logTail: "mkdir: cannot create directory '/tmp/x': Read-only file system" }, /read-only root/],
  ['a stale display lock', { ...start, exitCode: 29 }, /left its lock behind/],
  ['an entry point that is not there', { ...start, exitCode: 127 }, /entry point/],
  ['a kill from outside', { ...start, exitCode: 137, hadAnswered: true }, /killed from outside/],
  ['an agent that went down', { ...start, exitCode: 255, hadAnswered: true }, /went down with its agent/],
  ['an end from inside', { ...start, exitCode: 0, hadAnswered: true }, /ended by itself/],
  ['an image that serves nothing', { ...start, exitCode: 0 }, /without serving a desktop/],
  ['a code that nobody knows', { ...start, exitCode: 77, hadAnswered: true }, /exit code 77/],
])('names %s', (_name, remains, expected) => {
  const { cause, hint } = exitCause(remains)
  expect(cause).toMatch(expected)
  expect(hint).not.toBe('')
})

test('exit code 1 of a desktop that had answered is not blamed on its start', () => {
  expect(exitCause({ ...start, hadAnswered: true }).cause).toBe('The container ended with exit code 1.')
})

test('says what to do about each kind of silence', () => {
  expect(silenceCause('nothing_listens').cause).toContain('6901')
  expect(silenceCause('unreachable').hint).toContain('publish address')
})
