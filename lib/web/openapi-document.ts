// The OpenAPI document, made from the operations that the routes serve: it cannot say anything else than they do.
import { z } from 'zod'
import { errorTable } from '@/lib/domain/errors'
import type { BytesBody, Operation, StreamBody } from './operation'

type Json = Record<string, unknown>

const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: Object.keys(errorTable) },
        message: { type: 'string' },
        hint: { type: 'string', description: 'What can be done about it.' },
        fields: { type: 'object', additionalProperties: { type: 'string' }, description: 'Field → what is wrong with it.' },
        requestId: {
          type: 'string',
          description: 'Of this request, as in the header X-Request-Id and in every log line that it caused.',
        },
        reference: { type: 'string', description: 'Stands in the log beside the cause; unexpected failures only.' },
      },
    },
  },
}

export function openApiDocument(operations: readonly Operation[], origin: string): Json {
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    const path = paths[operation.path] ?? {}
    path[operation.method.toLowerCase()] = describe(operation)
    paths[operation.path] = path
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Berth',
      version: '1',
      description: 'Keys are made on the account page and travel as `Authorization: Bearer brt_…`.',
    },
    servers: [{ url: `${origin}/api/v1` }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchema },
    },
  }
}

function describe(operation: Operation): Json {
  const status = String(operation.status ?? 200)
  return {
    operationId: operation.name,
    tags: [operation.path.split('/')[1] ?? ''],
    summary: operation.summary,
    ...(operation.open ? { security: [] } : {}),
    parameters: [
      ...parameters('path', operation.params),
      ...parameters('query', operation.query),
      ...(operation.name === 'session.create' ? [idempotencyKey] : []),
    ],
    ...(operation.body ? { requestBody: requestBody(operation.body) } : {}),
    responses: {
      [status]: {
        description: 'Done',
        ...(operation.answersBytes ? { content: { 'application/octet-stream': binary } } : {}),
        ...(operation.answer ? { content: { 'application/json': { schema: schemaOf(operation.answer, 'output') } } } : {}),
      },
      default: {
        description: 'Not done; nothing is changed',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 128 },
  description: 'Launching twice with one key makes one session.',
}

const binary: Json = { schema: { type: 'string', contentMediaType: 'application/octet-stream' } }

function requestBody(body: z.ZodType | BytesBody | StreamBody): Json {
  if ('kind' in body) {
    if (body.kind === 'stream') return { required: true, content: { 'application/octet-stream': binary } }
    return { required: true, content: Object.fromEntries(body.mediaTypes.map((type) => [type, binary])) }
  }
  return { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } }
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json
  return rest
}
