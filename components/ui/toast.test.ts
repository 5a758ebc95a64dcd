import { afterEach, expect, test } from 'vitest'
import { toast, toastStore } from './toast'

afterEach(() => {
  for (const { id } of toastStore.current()) toast.dismiss(id)
})

const titles = () => toastStore.current().map(({ title }) => title)

test('the same sentence twice is shown once', () => {
  toast.danger('worker-1 does not answer')
  toast.ok('Saved')
  toast.danger('worker-1 does not answer')
  expect(titles()).toEqual(['Saved', 'worker-1 does not answer'])
})

test('a flood leaves only the newest four', () => {
  for (const number of [1, 2, 3, 4, 5, 6]) toast.info(`Event ${number}`)
  expect(titles()).toEqual(['Event 3', 'Event 4', 'Event 5', 'Event 6'])
})

test('a failure says what to do and keeps its reference', () => {
  toast.failure({ message: 'Something went wrong.', hint: 'Try again.', reference: 'ab12' })
  expect(toastStore.current()[0]).toMatchObject({ tone: 'danger', description: 'Try again. Reference ab12' })
})

test('listeners hear of every change until they leave', () => {
  let heard = 0
  const leave = toastStore.subscribe(() => {
    heard += 1
  })
  toast.dismiss(toast.ok('Saved'))
  leave()
  toast.ok('Unheard')
  expect(heard).toBe(2)
})
