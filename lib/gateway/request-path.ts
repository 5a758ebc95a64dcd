// Which paths of a desktop a browser may ask for. Only plain ones: nothing that two parsers could read in two ways.

// KasmVNC copies the path into 1,024 bytes without looking.
const longest = 512
const segment = /^[A-Za-z0-9_@+,=~!-][A-Za-z0-9._@+,=~!-]*$/

/** The path of an origin-form request target without its query; null for any other form (`http://…`, `*`, `host:port`). */
export function pathOfTarget(target: string | undefined): string | null {
  if (!target?.startsWith('/')) return null
  const end = target.search(/[?#]/)
  return end === -1 ? target : target.slice(0, end)
}

/**
 * No escapes, dots, empty segments, `;` or backslashes; no listings (their file names are not escaped); nothing that KasmVNC
 * could take for its owner's API, which it looks for anywhere in the request.
 */
export function isForwardablePath(path: string): boolean {
  if (path === '/') return true
  if (path.length > longest) return false
  const [first, ...segments] = path.split('/')
  if (first !== '' || !segments.every((part) => segment.test(part))) return false
  return !segments.some((part) => part.toLowerCase() === 'api')
}
