import { describe, expect, test, vi } from 'vitest'
import { assertPlainInput } from './plain-input'

vi.mock('server-only', () => ({}))

const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)])
const refusal = (input: unknown) => {
  try {
    assertPlainInput(input)
  } catch (error) {
    return error as { code: string; fields?: Record<string, string> }
  }
  return null
}

describe('what may come in', () => {
  test('is plain JSON with text that can be stored', () => {
    const input = { name: 'Ann 😀 \n', list: [1, 2.5, true, null, { a: '' }], left: undefined, constructor: 'x' }
    expect(refusal(input)).toBeNull()
    for (const plain of [null, undefined, 1, 'text', [], {}]) expect(refusal(plain)).toBeNull()
  })

  test.each([
    ['NUL', { a: { b: 'x\0y' } }, 'a.b'],
    ['NUL in a key', { a: { 'x\0': 1 } }, 'a'],
    ['half a surrogate pair', { a: ['\ud800'] }, 'a.0'],
    ['a prototype', JSON.parse('{"a":{"__proto__":{"role":"admin"}}}'), 'a.__proto__'],
    ['a date', { a: new Date() }, 'a'],
    ['a map', { a: new Map([['b', 1]]) }, 'a'],
    ['form data', new FormData(), 'body'],
    ['a file', { a: new Blob(['x']) }, 'a'],
    ['a big integer', { a: 1n }, 'a'],
    ['a function', { a: () => {} }, 'a'],
  ])('%s is refused and named', (_, input, field) => {
    expect(refusal(input)).toMatchObject({ code: 'invalid_input' })
    expect(Object.keys(refusal(input)?.fields ?? {})).toEqual([field])
  })

  test('depth and number have an end', () => {
    expect(refusal(nested(30))).toBeNull()
    expect(refusal(nested(40))).toMatchObject({ code: 'malformed_request' })
    expect(refusal(nested(5000))).toMatchObject({ code: 'malformed_request' })
    expect(refusal(Array.from({ length: 60_000 }, () => 1))).toMatchObject({ code: 'malformed_request' })
  })

  test('the name of a field is cut before it is sent back', () => {
    const [field = ''] = Object.keys(refusal({ ['k'.repeat(100_000)]: '\0' })?.fields ?? {})
    expect(field.length).toBeLessThanOrEqual(500)
  })
})
