// The command was not understood; the usage is shown with it.
import { type ParseArgsConfig, parseArgs } from 'node:util'

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** node:util's parser, strict, with its complaint as a UsageError. */
export function readOptions<const O extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: O,
  positionals: number | readonly number[],
) {
  const parsed = parseOrRefuse(args, options)
  const allowed = [positionals].flat()
  if (!allowed.includes(parsed.positionals.length)) {
    throw new UsageError(`Expected ${allowed.join(' or ')} argument(s) beside the options, got ${parsed.positionals.length}.`)
  }
  return parsed
}

function parseOrRefuse<const O extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
