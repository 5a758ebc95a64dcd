import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { DomainError } from '@/lib/domain/errors'
import { log } from '@/lib/log'
import { toFailure } from './to-failure'

vi.mock('server-only', () => ({}))
afterEach(() => vi.restoreAllMocks())

const problemOf = (schema: z.ZodType, input: unknown) => toFailure('test', schema.safeParse(input).error)

describe('a failure', () => {
  test('of our own keeps its words and its status', () => {
    const error = new DomainError('name_taken', { fields: { name: 'taken' }, detail: { secret: 'x' }, cause: new Error('sql') })
    expect(toFailure('test', error)).toEqual({
      status: 409,
      failure: {
        code: 'name_taken',
        message: 'That name is already in use.',
        hint: 'Choose another name.',
        fields: { name: 'taken' },
      },
    })
  })

  test('of the input names each field and says nothing of what was sent [attack 34]', () => {
    const schema = z.strictObject({ user: z.strictObject({ name: z.string().min(3) }), age: z.int() })
    const { status, failure } = problemOf(schema, { user: { name: 'ab', extra: 'secret' }, age: 'secret' })
    expect(status).toBe(422)
    expect(Object.keys(failure.fields ?? {}).sort()).toEqual(['age', 'user.extra', 'user.name'])
    expect(JSON.stringify(failure)).not.toContain('secret')
    expect(problemOf(schema, {}).failure.fields).toEqual({ user: 'This is required.', age: 'This is required.' })
  })

  test('of the input is small however many fields are wrong', () => {
    const input = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`${index}${'k'.repeat(500)}`, 1]))
    expect(JSON.stringify(problemOf(z.strictObject({}), input)).length).toBeLessThan(10_000)
  })

  test('that nobody expected leaves a reference, and its cause stays in the log [attack 36]', () => {
    const error = vi.spyOn(log(), 'error').mockImplementation(() => {})
    const { status, failure } = toFailure('test', new Error('password=hunter2 at 10.0.0.1'))
    expect(status).toBe(500)
    expect(failure).toMatchObject({ code: 'unexpected', reference: expect.stringMatching(/^[a-z2-7]{8}$/) })
    expect(JSON.stringify(failure)).not.toContain('hunter2')
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ reference: failure.reference }), expect.any(String))
  })
})
