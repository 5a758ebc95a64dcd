import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secretPath } from '@/lib/config'
import { serviceUnit } from './install-service'
import { serviceInstallation } from './service-installation'

let folder: string
const at = (user: string) => ({ user, dataDir: join(folder, user) })
const install = (user: string) => writeFileSync(secretPath(at(user).dataDir), 'x\n')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-service-test-'))
  for (const user of ['root', 'ada']) mkdirSync(at(user).dataDir)
})
afterEach(() => rmSync(folder, { recursive: true }))

const underSudo = (isChosen = false) => serviceInstallation({ own: at('root'), caller: at('ada'), isChosen })

test('under sudo the service runs the installation of whoever called it, as them', () => {
  install('ada')
  expect(underSudo()).toEqual({ ...at('ada'), isNew: false })
  const unit = serviceUnit({ ...underSudo(), root: '/opt/berth', node: '/usr/bin/node' })
  expect(unit).toContain('\nUser=ada\n')
  expect(unit).toContain(`\nEnvironment=BERTH_DATA_DIR=${at('ada').dataDir}\n`)
})

test('with an installation of root beside theirs nothing is guessed, and both are named', () => {
  install('ada')
  install('root')
  expect(() => underSudo()).toThrow(`${at('root').dataDir} of root and ${at('ada').dataDir} of ada`)
})

test('without one of theirs it is that of root, and said to be new where it is', () => {
  expect(underSudo()).toEqual({ ...at('root'), isNew: true })
  install('root')
  expect(underSudo()).toMatchObject({ dataDir: at('root').dataDir, isNew: false })
})

test('a data directory that somebody named is taken, and run by whom it belongs to', () => {
  install('ada')
  install('root')
  expect(underSudo(true)).toEqual({ dataDir: at('root').dataDir, user: userInfo().username, isNew: false })
})
