// What is wrong with the form, field by field: the image's one schema asked, and its answer led back to the form's own rows.
import type { Resolver } from 'react-hook-form'
import type { z } from 'zod'
import { type WorkspaceImageFields, WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import { type ImageField, type ImageForm, imageFields, isBlankPair, type PairRow, toSpec } from './image-form-values'

/** `message` is about the field as a whole; `at` says what is wrong within it, by dotted path ("0.key", "dns.1"). */
export type FieldProblem = { message: string; at: Record<string, string> }
export type Problems = Partial<Record<ImageField, FieldProblem>>

type Issue = { path: readonly PropertyKey[]; message: string }

const WITHIN = 'Something in here is not right.'

export function checkImageForm(
  form: ImageForm,
): { spec: WorkspaceImageFields; problems: null } | { spec: null; problems: Problems } {
  const parsed = WorkspaceImageSpec.safeParse(toSpec(form))
  const issues: Issue[] = [...(parsed.error?.issues ?? []).map(reworded), ...doubledNames(form)]
  if (parsed.success && issues.length === 0) return { spec: parsed.data, problems: null }
  return { spec: null, problems: problemsFrom(issues, form) }
}

/** The server's answer in the same places: dotted paths of what was sent → messages. */
export function problemsFromServer(fields: Record<string, string>, form: ImageForm): { problems: Problems; elsewhere: string[] } {
  const issues: Issue[] = []
  const elsewhere: string[] = []
  for (const [path, message] of Object.entries(fields)) {
    const parts = path.replace(/^changes\./, '').split('.')
    if (imageFields.includes(parts[0] as ImageField)) issues.push({ path: parts, message })
    else elsewhere.push(message)
  }
  return { problems: problemsFrom(issues, form), elsewhere }
}

export const imageFormResolver: Resolver<ImageForm, unknown, WorkspaceImageFields> = async (form) => {
  const { spec, problems } = checkImageForm(form)
  if (spec) return { values: spec, errors: {} }
  return { values: {}, errors: toFormErrors(problems) as never }
}

/** react-hook-form's shape: the paths within a field travel as its `types`. */
export function toFormErrors(problems: Problems) {
  return Object.fromEntries(
    Object.entries(problems).map(([field, { message, at }]) => [field, { type: 'schema', message, types: at }]),
  )
}

function problemsFrom(issues: readonly Issue[], form: ImageForm): Problems {
  const problems: Problems = {}
  for (const issue of issues) {
    const field = String(issue.path[0] ?? '') as ImageField
    if (!imageFields.includes(field)) continue
    const within = rowPath(field, issue.path.slice(1).map(String), form)
    const problem = problems[field] ?? { message: '', at: {} }
    problems[field] = problem
    if (within === '') problem.message ||= issue.message
    else problem.at[within] ??= issue.message
  }
  for (const problem of Object.values(problems)) problem.message ||= WITHIN
  return problems
}

// An emptied number reaches the schema as null, and "expected number, received null" helps nobody.
function reworded(issue: z.core.$ZodIssue): Issue {
  if (issue.code === 'invalid_type' && ['number', 'int'].includes(issue.expected))
    return { path: issue.path, message: 'Enter a number.' }
  // "Invalid key in record" hides the reason one level down.
  if (issue.code === 'invalid_key') return { path: issue.path, message: issue.issues[0]?.message ?? issue.message }
  return issue
}

function rowPath(field: ImageField, path: string[], form: ImageForm): string {
  if (field === 'environment' && path.length > 0) return `${rowOf(form.environment, path.join('.'))}.key`
  if (field !== 'dockerOptions') return path.join('.')
  const [option, key, ...rest] = path
  if (option === 'sysctls' && key !== undefined)
    return `sysctls.${rowOf(form.dockerOptions.sysctls, [key, ...rest].join('.'))}.key`
  if (isLineList(option) && key !== undefined) return `${option}.${lineOf(form.dockerOptions[option], Number(key))}`
  return path.join('.')
}

const lineLists = ['dns', 'groupAdd', 'devices', 'entrypoint', 'command'] as const
function isLineList(option: string | undefined): option is (typeof lineLists)[number] {
  return lineLists.includes(option as never)
}

/** Empty lines are not sent, so the schema counts without them. */
function lineOf(lines: readonly string[], sentIndex: number): number {
  const kept = lines.flatMap((line, index) => (line.trim() === '' ? [] : [index]))
  return kept[sentIndex] ?? sentIndex
}

function rowOf(rows: readonly PairRow[], name: string): number {
  if (name.startsWith('#')) return Number(name.slice(1))
  const found = rows.findIndex((row) => !isBlankPair(row) && row.key.trim() === name)
  return Math.max(0, found)
}

/** A record keeps the last of two equal names: the first would vanish without a word. */
function doubledNames(form: ImageForm): Issue[] {
  const message = 'This name stands twice.'
  return [
    ...doubles(form.environment).map((row) => ({ path: ['environment', `#${row}`], message })),
    ...doubles(form.dockerOptions.sysctls).map((row) => ({ path: ['dockerOptions', 'sysctls', `#${row}`], message })),
  ]
}

/** The rows whose name another row above them has. */
function doubles(rows: readonly PairRow[]): number[] {
  const seen = new Set<string>()
  return rows.flatMap((row, index) => {
    const name = row.key.trim()
    if (name === '') return []
    if (seen.has(name)) return [index]
    seen.add(name)
    return []
  })
}
