import { describe, expect, test } from 'vitest'
import { maxRegistryBytes } from '@/lib/domain/workspace-registry'
import { assertActionRequest } from './action-request'

const own = 'https://berth.example.org'
const call = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request(`${own}/account`, {
    method: 'POST',
    body,
    headers: { 'next-action': '7f00', origin: own, 'content-type': 'text/plain;charset=UTF-8', ...headers },
  })
const refusedWith = (request: Request) =>
  assertActionRequest(request, own).then(
    () => null,
    (error: { code: string }) => error.code,
  )

describe('a call of a server action', () => {
  test.each([
    '[]',
    '[{"name":"x"}]',
    '["$undefined",null,1]',
    '[{"password":"$$money","shell":"echo $HOME"}]',
    '["$NaN","$-0"]',
    '[{"a":{"b":[]},"c":"$0:0:a"}]',
  ])('is %s', async (body) => {
    expect(await refusedWith(call(body))).toBeNull()
  })

  test.each([
    '',
    'not json',
    '{"a":1}',
    '"x"',
    '["$F1"]',
    '["$K1"]',
    '[{"a":"$@0"}]',
    '[["$Q1"]]',
    '["$0"]',
    '["$1:a"]',
    '[{"a":"$0:0:b"}]',
    '[{"a":"$0:0:__proto__"}]',
    '[{"a":1,"b":"$0:0:a"}]',
    '[{"a":[],"b":"$0:0:a:length"}]',
    `${'['.repeat(200_000)}`,
  ])('is not %j', async (body) => {
    expect(await refusedWith(call(body))).toBe('malformed_request')
  })

  test('comes from the portal itself, exactly [attack 23]', async () => {
    for (const origin of [
      'https://evil.example',
      `${own}.evil.example`,
      'https://s1.berth.example.org',
      'http://berth.example.org',
      'null',
      '',
    ]) {
      expect(await refusedWith(call('[]', { origin })), origin).toBe('foreign_origin')
    }
  })

  test('is made by a script, not by a form [attack 23]', async () => {
    const form = new Request(`${own}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'x' }),
      headers: { origin: own },
    })
    expect(await refusedWith(form)).toBe('method_not_allowed')
    const parts = new FormData()
    parts.set('0', '["$K1"]')
    const multipart = new Request(`${own}/account`, {
      method: 'POST',
      body: parts,
      headers: { origin: own, 'next-action': '7f00' },
    })
    expect(await refusedWith(multipart)).toBe('malformed_request')
  })

  test('has at most six megabytes, into which the largest registry fits', async () => {
    expect(await refusedWith(call(`["${'x'.repeat(maxRegistryBytes)}"]`))).toBeNull()
    expect(await refusedWith(call(`["${'x'.repeat(6 * 1024 * 1024)}"]`))).toBe('too_large')
    expect(await refusedWith(call('[]', { 'content-length': '9999999' }))).toBe('too_large')
  })
})
