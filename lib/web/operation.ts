// One operation of the API as data: what route() serves and what the OpenAPI document says come from the same object.
import type { z } from 'zod'
import type { Actor } from '@/lib/domain/actor'
import type { Deps } from '@/lib/use-cases/deps'

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methods)[number]

export type BytesBody = { kind: 'bytes'; maxBytes: number; mediaTypes: readonly string[] }

/** As it comes, of whatever type: `run` itself sets the limits. */
export type StreamBody = { kind: 'stream' }
export type StreamInput = { content: AsyncIterable<Uint8Array>; sizeBytes: number | null }

type Nothing = Record<string, never>
type Of<S, Empty> = S extends z.ZodType ? z.output<S> : Empty

export type Call<P, Q, B> = {
  actor: Actor
  deps: Deps
  params: Of<P, Nothing>
  query: Of<Q, Nothing>
  input: B extends BytesBody ? { bytes: Buffer; mediaType: string } : B extends StreamBody ? StreamInput : Of<B, Nothing>
  headers: Headers
  /** Aborted when whoever asks is gone. */
  signal: AbortSignal
}

export type Operation<
  P extends z.ZodObject | undefined = z.ZodObject | undefined,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | BytesBody | StreamBody | undefined = z.ZodType | BytesBody | StreamBody | undefined,
> = {
  /** For the log and as operationId: `session.create`. */
  name: string
  method: Method
  /** Below /api/v1, with parameters in braces: `/sessions/{sessionId}`. */
  path: string
  summary: string
  params?: P
  query?: Q
  body?: B
  /** A body that is larger than most may be. */
  maxJsonBytes?: number
  /** What a good answer is. A Response made by `run` itself is passed on as it is. */
  status?: 200 | 201 | 204
  answer?: z.ZodType
  /** The answer is a file. */
  answersBytes?: true
  beforePasswordChange?: boolean
  /** Answers anyone: `run` itself judges what was sent, and the actor is nobody. */
  open?: true
  run: (call: Call<P, Q, B>) => Promise<unknown>
}

/** Only for its types: the compiler learns what `run` is given from the schemas beside it. */
export function operation<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | BytesBody | StreamBody | undefined = undefined,
>(spec: Operation<P, Q, B>): Operation {
  return spec as unknown as Operation
}
