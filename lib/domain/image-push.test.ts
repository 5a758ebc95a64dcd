import { expect, test } from 'vitest'
import { PushReference } from './image-push'

test('a push names its registry: nothing goes to a public one by accident', () => {
  expect(PushReference.safeParse('registry.example.org/team/desktop:1').success).toBe(true)
  expect(PushReference.safeParse('127.0.0.1:5000/desktop').success).toBe(true)
  expect(PushReference.safeParse('docker.io/team/desktop:1').success).toBe(true)
  expect(PushReference.safeParse('team/desktop:1').success).toBe(false)
  expect(PushReference.safeParse(`r.example.org/desktop@sha256:${'a'.repeat(64)}`).success).toBe(false)
})
