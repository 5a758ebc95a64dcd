// The stand-in itself, without a container: it must say what the real program says, in the same words and with the same exit codes.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { changed, inventoryOf } from '@/e2e/testbed/gpu-inventory'
import { readRows, selectRows, writeRows } from './inventory.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fake-gpu-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = () => join(folder, 'gpus.csv')

function smi(...args: string[]): SpawnSyncReturns<string> {
  const environment = { ...process.env, FAKE_GPU_DATA: folder }
  return spawnSync(join(import.meta.dirname, 'nvidia-smi'), args, { env: environment, encoding: 'utf8', timeout: 10_000 })
}

test('lists GPUs as the real one does', () => {
  writeRows(file(), inventoryOf('a10x2', 3))
  expect(smi('-L')).toMatchObject({
    status: 0,
    stdout:
      'GPU 0: NVIDIA A10 (UUID: GPU-00030000-7b2f-4e00-9000-0000000059f4)\n' +
      'GPU 1: NVIDIA A10 (UUID: GPU-00030001-7b2f-4e00-9000-0000000059f4)\n',
  })
})

test('lists MIG slices below the GPU that they are cut from', () => {
  writeRows(file(), inventoryOf('a100x2-mig', 0))
  expect(smi('-L').stdout.split('\n').slice(0, 3)).toEqual([
    'GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-00000000-7b2f-4e00-9000-000000014000)',
    '  MIG 3g.40gb     Device  0: (UUID: MIG-00000000-0000-5c00-9000-00000000beef)',
    '  MIG 1g.10gb     Device  1: (UUID: MIG-00000000-0001-5c00-9000-00000000beef)',
  ])
})

test('a query answers in the order asked, with units or without, and does not count slices as GPUs', () => {
  writeRows(file(), inventoryOf('a100x2-mig', 0))
  const query = '--query-gpu=index,utilization.gpu,memory.total,power.draw,mig.mode.current'
  expect(smi(query, '--format=csv').stdout).toBe(
    'index, utilization.gpu [%], memory.total [MiB], power.draw [W], mig.mode.current\n' +
      '0, [N/A], 81920 MiB, 55.10 W, Enabled\n1, 0 %, 81920 MiB, 55.10 W, Disabled\n',
  )
  expect(smi(query, '--format=csv,noheader,nounits', '-i', '1').stdout).toBe('1, 0, 81920, 55.10, Disabled\n')
})

test('what a GPU does not tell is [N/A], with no unit', () => {
  const [gpu = {}] = inventoryOf('h200x4', 0)
  writeRows(file(), [changed(gpu, { utilizationPercent: null, powerWatts: null, temperatureCelsius: 40 })])
  const query = '--query-gpu=utilization.gpu,power.draw,temperature.gpu'
  expect(smi(query, '--format=csv,noheader').stdout).toBe('[N/A], [N/A], 40\n')
})

test.each([
  ['an unknown field', ['--query-gpu=nonsense', '--format=csv'], 2, 'Field "nonsense" is not a valid field to query.'],
  ['no format', ['--query-gpu=uuid'], 2, 'Missing --format'],
  ['an unknown option', ['--nonsense'], 1, 'Invalid combination of input arguments'],
])('%s is refused in the real words', (_, args, status, words) => {
  writeRows(file(), inventoryOf('h200x4', 0))
  const answer = smi(...args)
  expect(answer.status).toBe(status)
  expect(answer.stdout).toContain(words)
})

test('without a driver, without devices, without NVML and with a lost GPU it fails as the real one does', () => {
  expect(smi()).toMatchObject({ status: 9, stdout: expect.stringContaining("couldn't communicate with the NVIDIA driver") })
  writeRows(file(), [])
  expect(smi('-L')).toMatchObject({ status: 6, stdout: 'No devices were found\n' })
  const [gpu = {}] = inventoryOf('h200x4', 0)
  writeRows(file(), [changed(gpu, { lost: true })])
  expect(smi('-L')).toMatchObject({ status: 15, stdout: expect.stringContaining('GPU is lost') })
  writeFileSync(join(folder, 'fault'), 'nvml')
  expect(smi('-L')).toMatchObject({ status: 255, stdout: 'Failed to initialize NVML: Unknown Error\n' })
})

test('in a loop the header comes once, and changed numbers are seen', () => {
  writeRows(file(), inventoryOf('a10x2', 0))
  const args = ['-c', 'timeout 1 "$0" --query-gpu=index --format=csv -i 0 -lms 200', join(import.meta.dirname, 'nvidia-smi')]
  const lines = spawnSync('sh', args, { env: { ...process.env, FAKE_GPU_DATA: folder }, encoding: 'utf8' }).stdout.split('\n')
  expect(lines.slice(0, 3)).toEqual(['index', '0', '0'])
  expect(lines.filter((line) => line === 'index')).toHaveLength(1)
})

test('a container is given what it asks for and nothing beside: by index, UUID, slice, all or nothing', () => {
  writeRows(file(), inventoryOf('a100x2-mig', 0))
  const rows = readRows(file())
  const uuids = (visible?: string) => selectRows(rows, visible).map((row) => row.uuid)
  const [sliced, , small, , whole] = rows.map((row) => row.uuid ?? '')
  expect(uuids('1')).toEqual([whole])
  expect(uuids(small)).toEqual([sliced, small])
  expect(uuids('0:1')).toEqual([sliced, small])
  expect(uuids('all')).toHaveLength(5)
  for (const nothing of [undefined, '', 'void', 'none']) expect(uuids(nothing)).toEqual([])
  expect(() => uuids('GPU-ffff')).toThrow('unknown device')
})
