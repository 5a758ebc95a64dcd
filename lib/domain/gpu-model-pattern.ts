// Which GPU models a workspace takes: a name in which * stands for anything. No regular expression, so none of a user's runs here.
import { z } from 'zod'

export const GpuModelPattern = z
  .string()
  .trim()
  .min(1, 'Name a model, or leave it empty.')
  .max(80, 'At most 80 characters.')
  .regex(/^[\w .,:/+()*-]*$/, 'Letters, digits, spaces, . , : / + ( ) - _ and * only.')

/** Drivers put the maker first: "H100*" means "NVIDIA H100 80GB HBM3" as well. */
export function matchesGpuModel(pattern: string, model: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), model.toLowerCase()]
  return matches(wanted, name) || matches(wanted, name.replace(/^nvidia\s+/, ''))
}

/** Each part is looked for where the last one ended: time grows with the length of the name, however many stars there are. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (parts.length === 1) return name === pattern
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false
  const end = name.length - last.length
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
