// Numbers of GPUs out of lines; composed from nvidia-smi's documented output.
import { expect, test } from 'vitest'
import { newReadingParser, visibleUuids } from './nvidia-smi-readings'

const MiB = 1024 * 1024
const line = (count: number, name: string, utilization = 7) => `${count}, GPU-${name}, ${utilization}, 1024, 41, 75.40\r`

test('a round is told as soon as every GPU has said its numbers', () => {
  const parse = newReadingParser()
  expect(parse(line(2, 'a', 99))).toBeNull()
  expect(parse(line(2, 'b'))).toEqual([
    { uuid: 'GPU-a', utilizationPercent: 99, memoryUsedBytes: 1024 * MiB, temperatureCelsius: 41, powerWatts: 75.4 },
    { uuid: 'GPU-b', utilizationPercent: 7, memoryUsedBytes: 1024 * MiB, temperatureCelsius: 41, powerWatts: 75.4 },
  ])
})

test('what is not told is null and never zero', () => {
  expect(newReadingParser()('1, GPU-a, [N/A], [Unknown Error], [Not Supported], [N/A]')).toEqual([
    { uuid: 'GPU-a', utilizationPercent: null, memoryUsedBytes: null, temperatureCelsius: null, powerWatts: null },
  ])
})

test('where one GPU of three is gone, the two others are told with the next round', () => {
  const parse = newReadingParser()
  const rounds = ['a', 'b', 'a', 'b', 'a'].map((name) => parse(line(3, name))?.map((reading) => reading.uuid) ?? null)
  // The first may have been heard from its middle on.
  expect(rounds).toEqual([null, null, null, null, ['GPU-a', 'GPU-b']])
})

test('whoever listens from the middle of a round on takes no GPU for gone', () => {
  const parse = newReadingParser()
  expect(parse(line(2, 'b'))).toBeNull()
  expect(parse(line(2, 'a'))?.map((reading) => reading.uuid)).toEqual(['GPU-b', 'GPU-a'])
})

test('complaints between the numbers are no readings', () => {
  const parse = newReadingParser()
  const said = ['Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error', 'No devices were found', '']
  expect(said.map(parse)).toEqual([null, null, null])
})

test('what a container sees is told by its UUIDs, slices among them', () => {
  const text = 'GPU 0: NVIDIA A100 (UUID: GPU-a)\n  MIG 1g.10gb     Device  0: (UUID: MIG-b)\n'
  expect(visibleUuids(text, 0)).toEqual(['GPU-a', 'MIG-b'])
  expect(visibleUuids('Failed to initialize NVML: Unknown Error', 255)).toEqual([])
  expect(visibleUuids('No devices found.', 6)).toEqual([])
})

test('an image without nvidia-smi leaves open what its container sees', () => {
  expect(visibleUuids('OCI runtime exec failed: exec: "nvidia-smi": executable file not found in $PATH', 126)).toBeNull()
  expect(visibleUuids('', null)).toBeNull()
})
