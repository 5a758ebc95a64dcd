import { describe, expect, test, vi } from 'vitest'
import { maxJsonBytes, readBytes, readJson } from './read-body'

vi.mock('server-only', () => ({}))

const json = { 'content-type': 'application/json' }
const post = (body: BodyInit, headers: Record<string, string> = json) =>
  new Request('http://portal/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)

describe('a body', () => {
  test('is JSON, and an empty one is an empty object', async () => {
    expect(await readJson(post('{"a":1}'))).toEqual({ a: 1 })
    expect(await readJson(post('{"a":1}', { 'content-type': 'Application/JSON; charset=utf-8' }))).toEqual({ a: 1 })
    expect(await readJson(post('', {}))).toEqual({})
  })

  test.each([
    ['cut short', post('{"a"')],
    ['not UTF-8', post(new Uint8Array([0x22, 0xff, 0x22]))],
    ['of another kind', post('{"a":1}', { 'content-type': 'text/plain' })],
    ['a form', post('a=1', { 'content-type': 'application/x-www-form-urlencoded' })],
  ])('that is %s is a malformed request', async (_, request) => {
    await expect(readJson(request)).rejects.toMatchObject({ code: 'malformed_request' })
  })

  test('is refused when it is said to be too large, before it is read', async () => {
    const request = post('{}', { ...json, 'content-length': String(maxJsonBytes + 1) })
    await expect(readBytes(request, maxJsonBytes)).rejects.toMatchObject({ code: 'too_large' })
  })

  test('is refused when it turns out to be too large, without reading it to its end', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    await expect(readBytes(post(endless), maxJsonBytes)).rejects.toMatchObject({ code: 'too_large' })
    expect(sent).toBeLessThan(2 * maxJsonBytes)
  })
})
