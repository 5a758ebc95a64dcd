import { expect, test } from 'vitest'
import { toLayers } from './image-room'

const empty = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'

test('each layer has the size of the step that made it, and steps without files have none', () => {
  const layers = toLayers(['sha256:a', empty, 'sha256:b'], [100, 0, 0, 7], 107)
  expect(layers.map(({ sizeBytes }) => sizeBytes)).toEqual([100, 7])
  expect(layers[0]?.id).toBe('sha256:a')
})

test('the same files over other layers are another layer: the engine keeps them twice', () => {
  const [, first] = toLayers(['sha256:a', 'sha256:b'], [1, 1], 2)
  const [, second] = toLayers(['sha256:c', 'sha256:b'], [1, 1], 2)
  expect(first?.id).not.toBe(second?.id)
})

test('a history that does not fit the layers leaves the whole size to the top one, which is the likeliest to be missing', () => {
  expect(toLayers(['sha256:a', 'sha256:b'], [100], 107).map(({ sizeBytes }) => sizeBytes)).toEqual([0, 107])
})
