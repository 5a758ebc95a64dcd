// The folders of docs/architecture.md as rules: what may import what, and what the edge of Next must look like.
// A rule that has never failed is not known to work, so every rule has a canary below.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'

type Layer = {
  name: string
  /** Paths from the repository root. */
  files: RegExp
  /** Names of layers; its own is always allowed. */
  mayImport: readonly string[]
  /** Packages; without it any that no rule below keeps for others. */
  packages?: RegExp
}

const settings = ['config', 'log']
const browserPackages = /^(?!node:)/

const layers: readonly Layer[] = [
  // What tests share is named test-…, fake-… or …-fixture; nothing else may import it.
  { name: 'tests', files: /\.test\.tsx?$|^e2e\/|^lib\/.*\/((test|fake)-[a-z-]+|[a-z-]+-fixture)\.ts$/, mayImport: ['*'] },
  { name: 'wiring', files: /^(server|proxy)\.ts$|^scripts\/|^[^/]+\.config\.(ts|js|mjs)$/, mayImport: ['*'] },
  { name: 'desktop image', files: /^images\//, mayImport: [], packages: browserPackages },
  { name: 'api', files: /^app\/api\//, mayImport: ['web', 'use-cases', 'domain'] },
  {
    name: 'app',
    files: /^app\/(?!api\/)/,
    mayImport: ['ui', 'components', 'web', 'client', 'auth', 'use-cases', 'domain'],
    packages: browserPackages,
  },
  { name: 'ui', files: /^components\/ui\//, mayImport: ['client'], packages: browserPackages },
  { name: 'components', files: /^components\/(?!ui\/)/, mayImport: ['ui', 'client', 'domain'], packages: browserPackages },
  { name: 'domain', files: /^lib\/domain\//, mayImport: [], packages: /^zod$/ },
  { name: 'client', files: /^lib\/client\//, mayImport: ['domain'], packages: browserPackages },
  { name: 'secrets', files: /^lib\/secrets\//, mayImport: ['domain', ...settings] },
  { name: 'db', files: /^lib\/db\//, mayImport: ['domain', 'secrets', ...settings] },
  { name: 'outbound', files: /^lib\/outbound\//, mayImport: ['domain', ...settings] },
  { name: 'use-cases', files: /^lib\/use-cases\//, mayImport: ['domain', 'db', 'secrets', 'outbound', ...settings] },
  { name: 'docker', files: /^lib\/docker\//, mayImport: ['domain', ...settings] },
  { name: 'controller', files: /^lib\/controller\//, mayImport: ['domain', 'db', 'docker', 'secrets', ...settings] },
  { name: 'gateway', files: /^lib\/gateway\//, mayImport: ['domain', 'db', 'secrets', ...settings] },
  { name: 'auth', files: /^lib\/auth\//, mayImport: ['domain', 'db', 'secrets', ...settings] },
  { name: 'web', files: /^lib\/web\//, mayImport: ['use-cases', 'auth', 'domain', ...settings] },
  { name: 'config', files: /^lib\/config(-[a-z]+)?\.ts$/, mayImport: ['domain'] },
  { name: 'log', files: /^lib\/(log|pino-roll\.d)\.ts$/, mayImport: ['config'] },
]

/** Packages that only some layers may touch. */
const keptFor: readonly { packages: RegExp; layers: readonly string[] }[] = [
  { packages: /^dockerode$/, layers: ['docker'] },
  { packages: /^(@prisma\/|prisma$|pg$|pg-)/, layers: ['db'] },
  { packages: /^next$|^next\//, layers: ['app', 'web', 'ui', 'components', 'client'] },
  { packages: /^next-auth/, layers: ['auth', 'web'] },
  { packages: /^react$|^react-dom/, layers: ['app', 'web', 'ui', 'components', 'client'] },
  { packages: /^@node-rs\/argon2$/, layers: ['secrets'] },
  { packages: /^server-only$/, layers: ['app', 'api', 'web'] },
  { packages: /^pino/, layers: ['log'] },
]

type Source = { path: string; text: string }

const skipped = new Set(['node_modules', '.next', '.git', 'dist', '.berth', 'generated', 'test-results', 'playwright-report'])
const isSource = (name: string) => /\.(ts|tsx|mts)$/.test(name) && name !== 'next-env.d.ts'

function listSources(folder = '.'): Source[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = normalize(join(folder, entry.name))
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listSources(path)
    return isSource(entry.name) ? [{ path, text: readFileSync(path, 'utf8') }] : []
  })
}

const layersOf = (path: string) => layers.filter((layer) => layer.files.test(path))

/** Tests and wiring are known by name, wherever they lie; every other rule must then not be asked. */
function layerOf(path: string): Layer | undefined {
  return layersOf(path)[0]
}

const specifiers = /(?:\b(?:import|export)\b[^'"`;]*?\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['"]([^'"]+)['"]/g

function importsOf({ text }: Source): string[] {
  return [...text.matchAll(specifiers)].map((match) => match[1] ?? '')
}

function importProblems(source: Source): string[] {
  const layer = layerOf(source.path)
  if (!layer) return [`${source.path} belongs to no layer`]
  return importsOf(source).flatMap((specifier) => {
    const problem = problemOf(source, layer, specifier)
    return problem ? [`${source.path} imports ${specifier}: ${problem}`] : []
  })
}

function problemOf(source: Source, layer: Layer, specifier: string): string | null {
  if (layer.mayImport.includes('*')) return null
  if (specifier.startsWith('../')) return 'across folders only by the alias @/'
  const target = specifier.startsWith('./') ? join(dirname(source.path), specifier) : specifier.replace(/^@\//, '')
  if (target === specifier) return packageProblem(layer, specifier)
  if (/\.css$/.test(target)) return null
  // The compiled form of a path has no extension; the layers are told by files that have one.
  const other = layerOf(/\.[a-z]+$/.test(target) ? target : `${target}.ts`)
  if (!other) return 'it belongs to no layer'
  if (other === layer || layer.mayImport.includes(other.name)) return null
  return `${layer.name} may not import ${other.name}`
}

function packageProblem(layer: Layer, name: string): string | null {
  if (layer.packages && !layer.packages.test(name) && name !== 'server-only') return `${layer.name} may not import this package`
  const kept = keptFor.find((rule) => rule.packages.test(name))
  return kept && !kept.layers.includes(layer.name) ? `kept for ${kept.layers.join(', ')}` : null
}

/** Whatever a file with this directive exports can be called by anybody with a browser. */
function serverActionProblems({ path, text }: Source): string[] {
  if (!/^(\s|\/\/.*\n|\/\*[\s\S]*?\*\/)*['"]use server['"]/.test(text)) {
    return /^\s*['"]use server['"]/m.test(text) ? [`${path} has a server action inside something else`] : []
  }
  const exported = text.match(/^export\b.*$/gm) ?? []
  return exported
    .filter((line) => !/^export const \w+Action = action\(\{?/.test(line))
    .map((line) => `${path}: ${line} is not made by action()`)
}

const verbs = '(?:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)'
const madeByUs = [
  new RegExp(`^export const \\{ (?:${verbs}(?:, )?)+ \\} = (?:routes|openRoute)\\(\\{`),
  new RegExp(`^export const ${verbs} = route\\(`),
  new RegExp(`^export const ${verbs} = (?:unknownRoute|getAuth|postAuth)$`),
  /^export const (?:dynamic|revalidate|maxDuration|runtime) = /,
]

function routeProblems({ path, text }: Source): string[] {
  if (!/^app\/.*\/route\.tsx?$/.test(path)) return []
  const authOnly =
    /getAuth|postAuth/.test(text) && !path.startsWith('app/api/auth/') ? [`${path} borrows next-auth's handlers`] : []
  const exported = text.match(/^export\b.*$/gm) ?? []
  const foreign = exported.filter((line) => !madeByUs.some((shape) => shape.test(line)))
  return [...authOnly, ...foreign.map((line) => `${path}: ${line} is not made by route()`)]
}

const sources = listSources()

describe('the folders', () => {
  test('every source file belongs to exactly one layer', () => {
    const wrong = sources.filter(({ path }) => {
      const names = layersOf(path).map((layer) => layer.name)
      return names.includes('tests') || names.includes('wiring') ? false : names.length !== 1
    })
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  test('every import goes where its layer may go', () => {
    expect(sources.flatMap(importProblems)).toEqual([])
  })

  test.each(layers.map((layer) => layer.name))('the row "%s" matches at least one file', (name) => {
    expect(sources.some(({ path }) => layerOf(path)?.name === name)).toBe(true)
  })

  test.each(keptFor.map((rule) => [String(rule.packages), rule] as const))(
    'somebody imports %s, so its rule is not stale',
    (_, rule) => {
      expect(sources.some((source) => importsOf(source).some((specifier) => rule.packages.test(specifier)))).toBe(true)
    },
  )
})

describe('the edge of Next', () => {
  test('every export of a "use server" file is made by action()', () => {
    expect(sources.flatMap(serverActionProblems)).toEqual([])
    expect(sources.some(({ text }) => text.startsWith("'use server'"))).toBe(true)
  })

  test('every handler is made by route(), except those of next-auth', () => {
    expect(sources.flatMap(routeProblems)).toEqual([])
    expect(sources.some(({ path }) => /^app\/api\/.*route\.ts$/.test(path))).toBe(true)
  })
})

/** TLS without a chain is believed only where a pin is compared, or where nothing secret is sent and this very process answers. */
const unverifiedTls: Record<string, RegExp | ((text: string) => boolean)> = {
  'lib/gateway/upstream-connection.ts': /fingerprint256 !== pin/,
  'lib/controller/ask-desktop.ts': looksBeforeItSends,
  // A key that both sides know takes the place of certificates.
  'lib/secrets/transfer-line.ts': /pskCallback/,
  // Only dates are read there, after an engine was refused for its own.
  'lib/docker/tls-errors.ts': /path: '\/_ping', method: 'HEAD'/,
  'scripts/serve/wait-until-ready.ts': /path: '\/api\/health'/,
  'scripts/bench/gateway/load.ts': /host: '127\.0\.0\.1'/,
  'scripts/bench/gateway/pipe-process.ts': /host: '127\.0\.0\.1'/,
}

/** The request is made in one place, behind the comparison, and there is no way to be asked without one. */
function looksBeforeItSends(text: string): boolean {
  const once = text.split('sendRequest(').length === 3
  const behind = /if \(!isTheirs\) return .*\n +sendRequest\(/.test(text)
  const compared = /send\(pin === seen\)\n +else void pin\(seen\)\.then\(send, give\)/.test(text)
  return once && behind && compared && !/pin: string[^,)\n]*null/.test(text)
}

function unverifiedTlsProblems({ path, text }: Source): string[] {
  if (layerOf(path)?.name === 'tests') return []
  if (!/rejectUnauthorized:(?! *true\b)|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/.test(text)) return []
  const check = unverifiedTls[path]
  const isChecked = typeof check === 'function' ? check(text) : check?.test(text)
  return isChecked ? [] : [`${path} believes any certificate`]
}

describe('TLS', () => {
  test('a certificate is believed unseen only where a pin is compared [attack 20]', () => {
    expect(sources.flatMap(unverifiedTlsProblems)).toEqual([])
    expect(Object.keys(unverifiedTls).filter((path) => !sources.some((source) => source.path === path))).toEqual([])
  })

  test.each([
    '{ rejectUnauthorized: false }',
    '{ rejectUnauthorized: isStrict }',
    "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'",
  ])('it is found: %s [attack 20]', (text) => {
    expect(unverifiedTlsProblems({ path: 'lib/docker/canary.ts', text })).not.toEqual([])
  })

  test.each([
    ['sends without looking', 'if (!isTheirs) return', 'if (isTheirs) void'],
    ['sends before it looks', '      const send = (', '      sendRequest(socket, host, password)\n      const send = ('],
    ['compares nothing', 'send(pin === seen)', 'send(true)'],
    ['asks nobody', 'void pin(seen).then(send, give)', 'send(true)'],
    ['may go without a pin', 'pin: string | ConfirmPin', 'pin: string | ConfirmPin | null'],
  ])('what asks a desktop is refused where it %s [attack 20]', (_, now, instead) => {
    const path = 'lib/controller/ask-desktop.ts'
    const text = sources.find((source) => source.path === path)?.text ?? ''
    expect(text).toContain(now)
    expect(unverifiedTlsProblems({ path, text: text.replace(now, instead) })).not.toEqual([])
  })
})

describe('the rules can fail', () => {
  const forbidden: [string, string][] = [
    ['lib/domain/canary.ts', "import { db } from '@/lib/db/client'"],
    ['lib/domain/canary.ts', "import { readFileSync } from 'node:fs'"],
    ['lib/domain/canary.ts', "import React from 'react'"],
    ['lib/client/canary.ts', "import { hashToken } from '@/lib/secrets/tokens'"],
    ['lib/secrets/canary.ts', "import { sharedDb } from '@/lib/db/client'"],
    ['lib/db/canary.ts', "export { stop } from '@/lib/use-cases/stop-session'"],
    ['lib/use-cases/canary.ts', "import { headers } from 'next/headers'"],
    ['lib/use-cases/canary.ts', "import 'server-only'"],
    ['lib/use-cases/canary.ts', "const x = await import('@/lib/docker/docker-host')"],
    ['lib/docker/canary.ts', "import { sharedDb } from '@/lib/db/client'"],
    ['lib/controller/canary.ts', "import Docker from 'dockerode'"],
    ['lib/gateway/canary.ts', "import { launchSession } from '@/lib/use-cases/launch-session'"],
    ['lib/auth/canary.ts', "import { PrismaClient } from '@prisma/client'"],
    ['lib/web/canary.ts', "import { sharedDb } from '@/lib/db/client'"],
    ['lib/log.ts', "import { sharedDb } from '@/lib/db/client'"],
    ['lib/config.ts', "import { log } from '@/lib/log'"],
    ['components/ui/canary.tsx', "import { can } from '@/lib/domain/permissions'"],
    ['components/session/canary.tsx', "import { stopSession } from '@/lib/use-cases/stop-session'"],
    ['components/session/canary.tsx', "import { join } from 'node:path'"],
    ['app/(portal)/canary.tsx', "import { sharedDb } from '@/lib/db/client'"],
    ['app/(portal)/canary.tsx', "import { config } from '@/lib/config'"],
    ['app/api/v1/canary.ts', "import { Button } from '@/components/ui/button'"],
    ['images/desktop/canary.ts', "import { Id } from '@/lib/domain/ids'"],
    ['lib/db/canary.ts', "import { x } from '../domain/ids'"],
    ['lib/gateway/canary.ts', "import { start } from './test-gateway'"],
    ['lib/outbound/canary.ts', "import { open } from '@/lib/secrets/seal'"],
    ['lib/new-folder/canary.ts', 'export const x = 1'],
  ]
  test.each(forbidden)('%s may not say: %s', (path, text) => {
    expect(importProblems({ path, text })).not.toEqual([])
  })

  test('an allowed import is not refused', () => {
    const text = "import { z } from 'zod'\nimport type { Tx } from '@/lib/db/client'\nimport { y } from './y'"
    expect(importProblems({ path: 'lib/use-cases/canary.ts', text })).toEqual([])
  })

  const actionCanaries = [
    "'use server'\nexport async function stop() {}",
    "'use server'\nexport const stopAction = async () => {}",
    "// why\n'use server'\nexport { stop } from './stop'",
    "export function f() {\n  'use server'\n}",
  ]
  test.each(actionCanaries)('a server action without action() is found: %j', (text) => {
    expect(serverActionProblems({ path: 'app/(portal)/canary.ts', text })).not.toEqual([])
  })

  const routeCanaries = [
    'export async function GET() {}',
    'export const POST = async () => new Response()',
    "export { POST } from './elsewhere'",
    'export const GET = getAuth',
  ]
  test.each(routeCanaries)('a handler without route() is found: %j', (text) => {
    expect(routeProblems({ path: 'app/api/v1/canary/route.ts', text })).not.toEqual([])
  })
})
