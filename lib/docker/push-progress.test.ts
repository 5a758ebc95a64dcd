import { expect, test } from 'vitest'
import { newPushProgress } from './push-progress'

test('a push adds up its layers, and those that the registry has count as done', () => {
  const push = newPushProgress()
  push.add({ status: 'The push refers to repository [r.example.org/team/x]' })
  push.add({ id: 'a', status: 'Preparing' })
  push.add({ id: 'b', status: 'Preparing' })
  expect(push.add({ id: 'a', status: 'Layer already exists' })).toMatchObject({ layers: 2, layersDone: 1, bytes: 0 })
  push.add({ id: 'b', status: 'Pushing', progressDetail: { current: 40, total: 100 } })
  // What goes over the wire may be a little more than what was announced.
  const over = push.add({ id: 'b', status: 'Pushing', progressDetail: { current: 105, total: 100 } })
  expect(over).toEqual({ layers: 2, layersDone: 1, bytes: 100, bytesTotal: 100, status: 'Sending' })
  expect(push.add({ id: 'b', status: 'Pushed' })).toMatchObject({ layersDone: 2 })
  expect(push.digest()).toBeNull()
  push.add({ aux: { Digest: 'sha256:1' } })
  expect(push.digest()).toBe('sha256:1')
})

test('a registry that refuses is quoted', () => {
  const push = newPushProgress()
  const refused = { error: 'denied', errorDetail: { message: 'denied: requested access to the resource is denied' } }
  expect(() => push.add(refused)).toThrow(
    expect.objectContaining({ code: 'registry_refused', message: expect.stringContaining('denied') }),
  )
})
