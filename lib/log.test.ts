import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { log, openLog, terminalLine } from './log'

const directory = mkdtempSync(join(tmpdir(), 'berth-log-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('a line for the terminal says when and what, with the cause, and no more', () => {
  const json = JSON.stringify({
    level: 40,
    time: '2026-01-02T03:04:05.000Z',
    msg: 'Closing went wrong',
    err: { message: 'gone', stack: 'long' },
    session: 's1',
  })
  expect(terminalLine(json)).toMatch(/^\d\d:\d\d:\d\d warning: Closing went wrong: gone\n$/)
})

test('what users and desktops say cannot write to the terminal [attack 34, 37]', () => {
  const json = JSON.stringify({ level: 30, time: '2026-01-02T03:04:05.000Z', msg: 'name \u001b[2J\u0007\r\nforged \u202e line' })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must be gone
  expect(terminalLine(json).trimEnd()).not.toMatch(/[\u0000-\u001f\u007f\u202e]/)
})

test('secrets are blotted out, and the file is for its owner alone [attack 37]', async () => {
  await openLog({ dataDir: directory, logTo: 'file', underJournal: false })
  log().error({ password: 'hunter2', request: { authorization: 'Bearer abc' }, agent: { endpoint: { key: 'PEM' } } }, 'secrets')
  const logs = join(directory, 'logs')
  const text = readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('')
  expect(text).toContain('"msg":"secrets"')
  for (const secret of ['hunter2', 'Bearer abc', 'PEM']) expect(text).not.toContain(secret)
  expect(statSync(logs).mode & 0o777).toBe(0o700)
})
