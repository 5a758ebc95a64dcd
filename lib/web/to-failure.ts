// The one mapping from whatever was thrown to what leaves the server. Unexpected errors are logged here, under a reference.
import 'server-only'
import { z } from 'zod'
import { errorTable, isDomainError } from '@/lib/domain/errors'
import type { Failure } from '@/lib/domain/failure'
import { newId } from '@/lib/domain/ids'
import { currentRequestId, log } from '@/lib/log'

export type StatusFailure = { status: number; failure: Failure }

export function toFailure(name: string, error: unknown): StatusFailure {
  if (error instanceof z.ZodError) return fromZod(error)
  if (isDomainError(error)) return fromDomain(name, error)
  return unexpected(name, error)
}

function fromDomain(name: string, error: Parameters<typeof isDomainError>[0]): StatusFailure {
  if (!isDomainError(error)) return unexpected(name, error)
  const entry = errorTable[error.code]
  if (!entry) return unexpected(name, error)
  if (entry.status >= 500)
    log().warn({ name, code: error.code, detail: error.detail, err: error }, 'a request could not be served')
  const failure: Failure = { code: error.code, message: error.message }
  if (error.hint !== undefined) failure.hint = error.hint
  if (error.fields !== undefined) failure.fields = error.fields
  return { status: entry.status, failure }
}

function unexpected(name: string, error: unknown): StatusFailure {
  const reference = currentRequestId() ?? newId().slice(0, 8)
  log().error({ name, reference, err: error }, 'a request failed unexpectedly')
  const { status, message, hint } = errorTable.unexpected
  return { status, failure: { code: 'unexpected', message, hint, reference } }
}

const maxFields = 50

function fromZod(error: z.ZodError): StatusFailure {
  const { status, message, hint } = errorTable.invalid_input
  // No prototype: a field may be called anything.
  const fields: Record<string, string> = Object.create(null)
  for (const issue of error.issues.slice(0, maxFields)) {
    for (const [path, text] of describe(issue)) fields[path] ??= text
  }
  return { status, failure: { code: 'invalid_input', message, hint, fields: { ...fields } } }
}

/** What was sent is never sent back: only names of fields, cut short, and our own sentences. */
function describe(issue: z.core.$ZodIssue): [string, string][] {
  const path = issue.path.map((part) => String(part).slice(0, 100)).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, maxFields)
      .map((key) => [[path, key.slice(0, 100)].filter(Boolean).join('.'), 'This field is not known.'])
  }
  return [[path || 'body', sentence(issue)]]
}

/** The library's own words for a wrong type name types of a programming language. */
function sentence(issue: z.core.$ZodIssue): string {
  const plain = /^Invalid input: expected (\w+), received (\w+)$/.exec(issue.message)
  if (!plain) return issue.message
  return plain[2] === 'undefined' ? 'This is required.' : `This must be of type ${plain[1]}.`
}
