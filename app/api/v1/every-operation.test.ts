import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from '@/lib/web/openapi-document'
import { everyOperation } from './every-operation'

function routeFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return routeFiles(path)
    return entry.name === 'route.ts' ? [path] : []
  })
}

/** `GET /users/{userId}` for each method that a file serves. */
function served(file: string): string[] {
  const path = file.replace(/^app\/api\/v1|\/route\.ts$/g, '').replace(/\[(\w+)\]/g, '{$1}')
  const table = /routes\(\{([\s\S]*?)\}\)/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  return [...table.matchAll(/(GET|POST|PUT|PATCH|DELETE):/g)].map((match) => `${match[1]} ${path}`)
}

describe('the OpenAPI document', () => {
  const document = openApiDocument(everyOperation, 'https://berth.example.org') as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>
  }

  test('names exactly the operations that files serve', () => {
    const files = routeFiles('app/api/v1').flatMap(served)
    expect(everyOperation.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(files.sort())
    expect(files.length).toBeGreaterThan(20)
  })

  test('gives every operation a name of its own and every parameter of its path', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    )
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length)
    for (const { path, parameters } of operations) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      expect(parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)).toEqual(wanted)
    }
  })

  test('is plain JSON of version 3.1', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })
})
