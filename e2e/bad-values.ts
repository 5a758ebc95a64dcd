// What no address may swallow: bodies that are no JSON, JSON that is no object of ours, and fields that break their own schema.

export type BadBody = { name: string; body: string | Uint8Array; contentType: string }

const json = 'application/json'
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

export const badBodies: readonly BadBody[] = [
  { name: 'no JSON', body: '{"a":', contentType: json },
  { name: 'text', body: 'hello', contentType: 'text/plain' },
  { name: 'a form', body: 'role=admin&name=x', contentType: 'application/x-www-form-urlencoded' },
  { name: 'JSON called a form', body: '{"role":"admin"}', contentType: 'text/plain' },
  { name: 'broken UTF-8', body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), contentType: json },
  { name: 'zero bytes of a kind', body: '', contentType: 'image/png' },
  { name: 'two megabytes', body: JSON.stringify({ name: 'x'.repeat(2 * 1024 * 1024) }), contentType: json },
  { name: 'a deep array', body: deep, contentType: json },
]

/** Values that are well-formed and never an input of ours. */
export const badInputs: readonly (readonly [name: string, value: unknown])[] = [
  ['null', null],
  ['a number', 42],
  ['text', 'x'],
  ['an array', []],
  ['an array of objects', [{ id: 1 }]],
  ['unknown fields', { nonsense: 1, isAdmin: true }],
  ['a raised role', { role: 'superuser', userId: 'x', privileged: true, agentId: 'x', gpuIds: ['x'] }],
  ['a prototype', JSON.parse('{"__proto__":{"role":"admin"},"constructor":{"prototype":{"x":1}}}')],
  ['a query operator', { id: { not: '' }, imageId: { not: '' }, sessionId: { not: '' }, userId: { contains: '' } }],
  ['NUL', { name: 'a\0b', imageId: '\0', sessionId: '\0' }],
  ['half a surrogate pair', { name: '\ud800' }],
  ['a huge number', { cpuMillis: 1e308, memoryBytes: 1e308, maxSessions: 1e308, limit: 1e308, version: 1e308 }],
  ['negative numbers', { cpuMillis: -1, memoryBytes: -1, maxSessions: -1, port: -1, gpuCount: -1 }],
  ['a huge text', { name: 'x'.repeat(200_000), description: 'y'.repeat(200_000), imageId: 'z'.repeat(200_000) }],
  ['many fields', Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, index]))],
  ['a path', { imageId: '../../etc/passwd', name: '../..', socketPath: '..', reference: '../../x:y:z' }],
  ['a script', { imageId: '<script>alert(1)</script>', sessionId: '"><img src=x onerror=alert(1)>' }],
  ['SQL', { imageId: "' OR 1=1 --", sessionId: '\'; DROP TABLE "User"; --', name: "' OR ''='" }],
]

type Schema = {
  type?: string | string[]
  anyOf?: Schema[]
  enum?: unknown[]
  properties?: Record<string, Schema>
  additionalProperties?: unknown
}

/** For each field of an object schema, values of a type or size that it cannot have. */
export function badFields(schema: Schema): [name: string, value: Record<string, unknown>][] {
  return Object.entries(schema.properties ?? {}).flatMap(([field, property]) =>
    wrongFor(property).map((value): [string, Record<string, unknown>] => [`${field} = ${shown(value)}`, { [field]: value }]),
  )
}

function wrongFor(schema: Schema): unknown[] {
  const types = new Set([schema.type, ...(schema.anyOf ?? []).map((one) => one.type)].flat())
  const wrong: unknown[] = [{ not: '' }, [[]], 'x\0y']
  if (!types.has('null')) wrong.push(null)
  if (!types.has('boolean')) wrong.push(true)
  if (types.has('integer') || types.has('number')) wrong.push('12', -1e15, 1e308, 0.123456789)
  else wrong.push(7)
  if (types.has('string') || schema.enum) wrong.push('x'.repeat(150_000))
  if (types.has('array'))
    wrong.push(
      'x',
      Array.from({ length: 3_000 }, (_, index) => index),
    )
  return wrong
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 30 ? `${text.slice(0, 30)}…` : text
}

/** Parts of an address: none is an id of ours. */
export const badIds: readonly string[] = [
  'x',
  '%00',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  "'%20OR%201=1--",
  '%3Cscript%3E',
  'A'.repeat(3_000),
  '%F0%9F%98%80',
  '0',
  'undefined',
  '__proto__',
]

export const badQueries: readonly string[] = [
  'limit=0',
  'limit=-1',
  'limit=abc',
  'limit=1e99',
  'limit=1&limit=2',
  'cursor=x',
  'cursor=%00',
  `cursor=${'x'.repeat(3_000)}`,
  'nonsense=1',
  'page=99999999999999999999',
  'sort=password',
  'direction=up',
  'filter[not]=x',
  'search=%00',
  '%ff=%ff',
]
