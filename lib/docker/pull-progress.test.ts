import { expect, test } from 'vitest'
import { newPullProgress, type PullEvent } from './pull-progress'

function run(events: PullEvent[]) {
  const add = newPullProgress()
  return events.map(add).at(-1)
}

const two: PullEvent[] = [
  { status: 'Pulling from library/x', id: 'latest' },
  { status: 'Pulling fs layer', id: 'a' },
  { status: 'Pulling fs layer', id: 'b' },
  { status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } },
  { status: 'Downloading', id: 'b', progressDetail: { current: 50, total: 50 } },
]

test('adds up what the layers have of what they will have', () => {
  expect(run(two)).toEqual({ layers: 2, layersDone: 0, bytes: 60, bytesTotal: 150, status: 'Fetching' })
})

test('a finished download counts in full while it is unpacked, and a finished layer as done', () => {
  const events: PullEvent[] = [
    ...two,
    { status: 'Download complete', id: 'a' },
    { status: 'Extracting', id: 'a', progressDetail: { current: 1, total: 100 } },
    { status: 'Pull complete', id: 'b' },
  ]
  expect(run(events)).toEqual({ layers: 2, layersDone: 1, bytes: 150, bytesTotal: 150, status: 'Fetching' })
})

test('layers that were there already are done', () => {
  expect(run([{ status: 'Already exists', id: 'a' }])).toMatchObject({ layers: 1, layersDone: 1 })
})

test('lines that are about no layer change nothing', () => {
  expect(run([{ status: 'Digest: sha256:1' }, { status: 'Status: Downloaded newer image' }])).toMatchObject({
    layers: 0,
    bytes: 0,
  })
})

test('a line that comes late takes nothing back', () => {
  const late: PullEvent = { status: 'Downloading', id: 'b', progressDetail: { current: 40, total: 50 } }
  expect(run([...two, { status: 'Verifying Checksum', id: 'b' }, late])).toMatchObject({ bytes: 60, bytesTotal: 150 })
})

test('a layer that the engine tries again says when', () => {
  expect(run([...two, { status: 'Retrying in 5 seconds', id: 'a' }])).toMatchObject({
    layers: 2,
    status: 'The registry broke off; next try in 5 s',
  })
})

test('an error in the stream is thrown, in our words', () => {
  const add = newPullProgress()
  expect(() => add({ error: 'x', errorDetail: { message: 'manifest unknown' } })).toThrow('manifest unknown')
  expect(() => add({ error: 'no space left on device' })).toThrow('too little free disk')
})
