// Everything of the portal that a browser or a script can call, found by listing files, so that what is added later is covered too.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export type RoutePath = { file: string; path: string; params: string[]; methods: string[] }
export type ServerAction = { file: string; name: string; id: string; page: string }

const root = join(import.meta.dirname, '..')

function filesBelow(folder: string, base = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path, base) : [relative(base, path)]
  })
}

/** Answered for whole subtrees: next-auth's addresses are swept by themselves (authRoutes), the others say that there is nothing. */
const catchAlls = [
  'app/api/auth/[...nextauth]/route.ts',
  'app/api/portal/[...unknown]/route.ts',
  'app/api/v1/[...unknown]/route.ts',
]

/** `/api/v1/users/{userId}`; a catch-all that is not known is listed, and then has no row. */
export function findRoutes(base = root): RoutePath[] {
  return filesBelow(join(base, 'app'), base)
    .filter((file) => /\/route\.tsx?$/.test(file) && !catchAlls.includes(file))
    .map((file) => {
      const path = `/${file.replace(/^app\//, '').replace(/\/route\.tsx?$/, '')}`.replace(/\/\([^)]*\)/g, '')
      const params = [...path.matchAll(/\[+(?:\.\.\.)?(\w+)\]+/g)].map((match) => match[1] ?? '')
      return {
        file,
        path: path.replace(/\[+(?:\.\.\.)?(\w+)\]+/g, '{$1}'),
        params,
        methods: methodsOf(readFileSync(join(base, file), 'utf8')),
      }
    })
}

/** What a route's file answers with more than "method not allowed". */
function methodsOf(text: string): string[] {
  if (/\bopenRoute\(/.test(text)) return ['GET']
  const table = /\broutes\(\{([\s\S]*?)\}\)/.exec(text)?.[1] ?? ''
  const single = [...text.matchAll(/^export const (GET|POST|PUT|PATCH|DELETE) = route\(/gm)].map((match) => match[1] ?? '')
  return [...[...table.matchAll(/\b(GET|POST|PUT|PATCH|DELETE):/g)].map((match) => match[1] ?? ''), ...single]
}

/** `/admin/images/{imageId}/clone`: every page with its address. */
export function findPages(): { file: string; path: string; params: string[] }[] {
  return filesBelow(join(root, 'app'))
    .filter((file) => file.endsWith('/page.tsx'))
    .map((file) => {
      const path = `/${file.replace(/^app\//, '').replace(/\/?page\.tsx$/, '')}`.replace(/\/\([^)]*\)/g, '')
      const params = [...path.matchAll(/\[(\w+)\]/g)].map((match) => match[1] ?? '')
      return { file, path: path.replace(/\[(\w+)\]/g, '{$1}') || '/', params }
    })
}

export const authRoutes = [
  '/api/auth/csrf',
  '/api/auth/callback/credentials',
  '/api/auth/signout',
  '/api/auth/session',
  '/api/auth/_log',
]

export function findActionNames(base = root): { file: string; name: string }[] {
  return ['app', 'components', 'lib']
    .flatMap((folder) => (existsSync(join(base, folder)) ? filesBelow(join(base, folder), base) : []))
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(base, file), 'utf8')
      if (!/^(\s|\/\/.*\n|\/\*[\s\S]*?\*\/)*['"]use server['"]/.test(text)) return []
      // Whatever it exports, in whatever form, can be called.
      return exportedNames(text).map((name) => ({ file, name }))
    })
}

function exportedNames(text: string): string[] {
  const declared = [...text.matchAll(/^export (?:default )?(?:async )?(?:const|let|var|function\*?|class) (\w+)/gm)]
  const listed = [...text.matchAll(/^export \{([^}]*)\}/gm)].flatMap((match) => (match[1] ?? '').split(','))
  const names = [
    ...declared.map((match) => match[1] ?? ''),
    ...listed.map(
      (name) =>
        name
          .trim()
          .split(/\s+as\s+/)
          .pop() ?? '',
    ),
  ]
  return names.filter((name) => name !== '')
}

type Manifest = { node: Record<string, { filename: string; exportedName: string; workers: Record<string, unknown> }> }

/** With the ids under which the build serves them. Throws when an action of the sources is not in the build. */
export function findActions(buildFolder = join(root, '.next')): ServerAction[] {
  const manifest = JSON.parse(readFileSync(join(buildFolder, 'server/server-reference-manifest.json'), 'utf8')) as Manifest
  const built = Object.entries(manifest.node)
  return findActionNames().map(({ file, name }) => {
    const found = built.find(([, entry]) => entry.filename === file && entry.exportedName === name)
    // An action that no page uses is in no build, and then nobody can call it.
    const worker = found && Object.keys(found[1].workers)[0]
    if (!found || !worker) throw new Error(`${name} of ${file} is not in the build`)
    const page = worker
      .replace(/^app/, '')
      .replace(/\/page$/, '')
      .replace(/\/\([^)]*\)/g, '')
    return { file, name, id: found[0], page: page.replace(/\[\w+\]/g, unknownId) || '/' }
  })
}

/** Of the right form, and nothing has it. */
export const unknownId = 'aaaaaaaaaaaaaaaaaaaaaaaa'
