import { expect, test } from 'vitest'
import { parseEntry, programOf } from './desktop-entries'

test('an entry is read without its actions and without placeholders for files', () => {
  const entry = parseEntry(
    '/x.desktop',
    '[Desktop Entry]\nType=Application\nName=Kate\nExec=env A=1 kate -b %U\nTerminal=true\n\n[Desktop Action new]\nName=New\nExec=kate --new\n',
  )
  expect(entry).toEqual({ path: '/x.desktop', name: 'Kate', exec: 'env A=1 kate -b', terminal: true, shown: true })
  expect(programOf(entry)).toBe('kate')
})

test.each(['NoDisplay=true', 'Hidden=true'])('an entry with %s is in no menu', (line) => {
  expect(parseEntry('/x', `[Desktop Entry]\nType=Application\nName=x\nExec=x\n${line}\n`).shown).toBe(false)
})
