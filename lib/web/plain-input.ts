// What may come in at all, before any schema: plain JSON values that PostgreSQL can store, not too deep, not too many.
import 'server-only'
import { DomainError } from '@/lib/domain/errors'

const maxDepth = 32
const maxValues = 50_000

type Plain = { value: unknown; path: string; depth: number }

/** Throws invalid_input naming the field, or malformed_request where the whole cannot be looked at. */
export function assertPlainInput(input: unknown): void {
  const open: Plain[] = [{ value: input, path: '', depth: 0 }]
  let seen = 0
  for (let item = open.pop(); item; item = open.pop()) {
    seen += 1
    if (seen > maxValues || item.depth > maxDepth) {
      throw new DomainError('malformed_request', { message: 'The request is nested too deeply or has too many values.' })
    }
    open.push(...children(item))
  }
}

function children({ value, path, depth }: Plain): Plain[] {
  if (typeof value === 'string') assertText(value, path)
  if (value === null || typeof value !== 'object') {
    if (['function', 'symbol', 'bigint'].includes(typeof value)) refuse(path, 'This kind of value is not accepted.')
    return []
  }
  if (Array.isArray(value))
    return value.map((inner, index) => ({ value: inner, path: join(path, String(index)), depth: depth + 1 }))
  // Server actions also carry files, maps, dates and form data: no input of ours is one.
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) refuse(path, 'This kind of value is not accepted.')
  return Object.entries(value).map(([key, inner]) => {
    assertText(key, path)
    if (key === '__proto__') refuse(join(path, key), 'This field is not known.')
    return { value: inner, path: join(path, key), depth: depth + 1 }
  })
}

/** PostgreSQL refuses NUL in text, and half a surrogate pair would be stored as something else than was sent. */
function assertText(text: string, path: string): void {
  if (text.includes('\0') || /\p{Surrogate}/u.test(text)) refuse(path, 'This text has characters that cannot be stored.')
}

function join(path: string, key: string): string {
  return path ? `${path}.${key.slice(0, 100)}` : key.slice(0, 100)
}

function refuse(path: string, why: string): never {
  throw new DomainError('invalid_input', { fields: { [path === '' ? 'body' : path.slice(0, 500)]: why } })
}
