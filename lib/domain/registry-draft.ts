// Gathers what one workspace of a registry becomes, and a line for every field that it had.
import type { z } from 'zod'
import { DockerOptions } from './docker-options'
import { WorkspaceImageFields } from './workspace-image'
import type { RegistryLine, RegistryVerdict } from './workspace-registry'

const maxLines = 120
const shownLength = 160

export type Field = keyof WorkspaceImageFields
type Source = { field: string; value: unknown }

export class RegistryDraft {
  readonly values: Partial<Record<Field, unknown>> = {}
  readonly options: Partial<Record<keyof DockerOptions, unknown>> = {}
  readonly lines: RegistryLine[] = []

  say(verdict: RegistryVerdict, { field, value }: Source, why: string | null = null): void {
    if (this.lines.length < maxLines) this.lines.push({ field: shown(field), verdict, value: shown(value), why })
  }

  /** Into the form if it fits there; else it is refused with the form's own words. */
  take(target: Field, value: unknown, source: Source, changed: string | null = null): boolean {
    const parsed = fieldSchema(target).safeParse(value)
    if (parsed.success) this.values[target] = parsed.data
    return this.#told(parsed, source, changed)
  }

  takeOption(target: keyof DockerOptions, value: unknown, source: Source, changed: string | null = null): boolean {
    const parsed = DockerOptions.shape[target].safeParse(value)
    if (parsed.success) this.options[target] = parsed.data
    return this.#told(parsed, source, changed)
  }

  #told(parsed: z.ZodSafeParseResult<unknown>, source: Source, changed: string | null): boolean {
    if (parsed.success) this.say(changed === null ? 'used' : 'changed', source, changed)
    else this.say('refused', source, parsed.error.issues[0]?.message ?? 'This cannot be read.')
    return parsed.success
  }
}

function fieldSchema(target: Field): z.ZodType {
  return WorkspaceImageFields.shape[target]
}

/** One short line of text, whatever it was. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const line = [...text.slice(0, shownLength * 4)]
    .map((char) => (/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u.test(char) ? ' ' : char))
    .join('')
  return line.length > shownLength ? `${line.slice(0, shownLength)}…` : line
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
