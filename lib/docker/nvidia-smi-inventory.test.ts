// What nvidia-smi says about the GPUs of a host. The fixtures were composed from its documented and published output, not recorded: no GPU
// was at hand. Whoever has one may run `inventoryScript` there and add what it prints.
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { inventoryScript, parseInventory } from './nvidia-smi-inventory'

const MiB = 1024 * 1024
const fixture = (name: string) =>
  parseInventory(readFileSync(join(import.meta.dirname, 'fixtures', `nvidia-${name}.txt`), 'utf8'))

test('each GPU is read with all that is told of it', () => {
  const { gpus, cudaVersion, problem } = fixture('h200x4')
  expect(gpus).toHaveLength(4)
  expect(gpus[1]).toEqual({
    uuid: 'GPU-5c1f2a3e-8f0c-4c2e-9a55-0b8c6f3a1d02',
    index: 1,
    kind: 'device',
    parentUuid: null,
    migProfile: null,
    migEnabled: false,
    model: 'NVIDIA H200',
    memoryBytes: 143_771 * MiB,
    driverVersion: '580.82.07',
    pciAddress: '00000000:43:00.0',
    computeCapability: '9.0',
    cdiName: null,
  })
  expect({ cudaVersion, problem }).toEqual({ cudaVersion: '13.0', problem: null })
})

test('several models stand side by side, and what is not told is unknown', () => {
  expect(fixture('a10-and-t4').gpus).toMatchObject([
    { model: 'NVIDIA A10', memoryBytes: 23_028 * MiB, computeCapability: '8.6', migEnabled: false },
    { model: 'Tesla T4', memoryBytes: null, computeCapability: null, migEnabled: false },
  ])
})

test('a MIG slice is a GPU of its own with its own memory, and its GPU is known to be sliced', () => {
  const { gpus, problem } = fixture('a100-mig')
  expect(problem).toBeNull()
  const parentUuid = 'GPU-9434a402-0d94-4ef8-93d0-0528ee662e9c'
  expect(gpus).toMatchObject([
    { uuid: parentUuid, kind: 'device', migEnabled: true },
    { kind: 'device', index: 1, migEnabled: false },
    { kind: 'mig', index: 0, parentUuid, migProfile: '3g.40gb', memoryBytes: 40_192 * MiB, migEnabled: false },
    { uuid: 'MIG-ae9a37c7-4e38-5a4c-8229-7f07dc126721', migProfile: '1g.10gb', memoryBytes: 9_728 * MiB, parentUuid },
    { uuid: 'MIG-788dbffa-1d55-5ea9-a591-40d9575812f9', migProfile: '1g.10gb', model: 'NVIDIA A100-SXM4-80GB' },
  ])
})

test('a GPU that cannot be opened is told, and takes no other with it', () => {
  const { gpus, problem } = fixture('failed-gpu')
  expect(gpus.map((gpu) => gpu.index)).toEqual([0, 2])
  expect(problem).toBe('Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error')
})

test('no device and no driver are told in the words of nvidia-smi', () => {
  expect(fixture('no-devices')).toMatchObject({ gpus: [], problem: expect.stringContaining('No devices were found') })
  expect(fixture('no-driver')).toMatchObject({ gpus: [], problem: expect.stringContaining('communicate with the NVIDIA driver') })
})

test('a container without nvidia-smi says nothing', () => {
  expect(parseInventory('')).toEqual({ gpus: [], cudaVersion: null, problem: null })
})

let folder: string | null = null

afterEach(() => {
  if (folder) rmSync(folder, { recursive: true })
  folder = null
})

/** Runs the script in a shell whose nvidia-smi is these lines. */
async function runWith(...lines: string[]): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'berth-smi-'))
  const program = join(folder, 'nvidia-smi')
  writeFileSync(program, ['#!/bin/sh', ...lines].join('\n'))
  chmodSync(program, 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
  return (await promisify(execFile)('/bin/sh', ['-c', inventoryScript], { env })).stdout
}

test('where one broken GPU silences the others, they are asked one by one', async () => {
  const text = await runWith(
    'id=1; case "$1" in -i) shift; id=$1; shift ;; esac',
    'case "$id" in 1) echo "Unable to determine the device handle for GPU 0000:34:00.0: GPU is lost."; exit 15 ;; [3-9]*) echo "No devices were found"; exit 6 ;; esac',
    'case "$1" in -L) echo "GPU $id: NVIDIA A10 (UUID: GPU-aaaa-$id)" ;; *) echo "$id, GPU-aaaa-$id, NVIDIA A10, 100, 550, 0000:0$id, [N/A], 8.6" ;; esac',
  )
  const { gpus, problem } = parseInventory(text)
  expect(gpus.map((gpu) => [gpu.index, gpu.computeCapability])).toEqual([
    [0, '8.6'],
    [2, '8.6'],
  ])
  expect(problem).toContain('GPU is lost')
})

test('a driver too old for the newer fields is asked for those that it knows', async () => {
  const text = await runWith(
    'case "$*" in -L) echo "GPU 0: Tesla K80 (UUID: GPU-k80)"; exit ;;',
    '*compute_cap*) echo \'Field "compute_cap" is not a valid field to query.\'; exit 2 ;;',
    '*query-gpu*) echo "0, GPU-k80, Tesla K80, 11441, 470.57.02, 00000000:05:00.0" ;; esac',
  )
  expect(parseInventory(text)).toMatchObject({
    gpus: [{ uuid: 'GPU-k80', memoryBytes: 11_441 * MiB, computeCapability: null, migEnabled: false }],
    problem: null,
  })
})
