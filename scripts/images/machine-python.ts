// Where this machine gets its Python packages from: index, proxies and certificate authorities, for the build alone.
import { access, readFile } from 'node:fs/promises'
import { hasProgram, runProgram } from './run-program'

export type PythonSettings = {
  /** For the install scripts, pip and uv alike. */
  environment: Record<string, string>
  /** The machine's certificate authorities: an index may be reached through a proxy that signs its own. */
  caBundle: string | null
  /** Settings that stay here because they hold a password or cannot be reached from a build, by name. */
  leftOut: string[]
}

type Environment = Record<string, string | undefined>

export async function readMachinePython(environment: Environment): Promise<PythonSettings> {
  const listed = (await hasProgram('pip'))
    ? await runProgram('pip', ['config', 'list'], { timeoutMs: 20_000 }).catch(() => '')
    : ''
  return { ...pythonSettings(listed, environment), caBundle: await readAuthorities(listed, environment) }
}

/** `pip config list` prints `global.index-url='https://…'`. */
export function pythonSettings(listed: string, environment: Environment): Omit<PythonSettings, 'caBundle'> {
  const setting = (...names: string[]) => {
    for (const name of names) {
      const value = environment[name]?.trim() || pipSetting(listed, name)
      if (value) return value
    }
    return undefined
  }
  const found: [string[], string | undefined][] = [
    [['UV_DEFAULT_INDEX', 'PIP_INDEX_URL'], setting('UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'PIP_INDEX_URL', 'index-url')],
    [['UV_INDEX', 'PIP_EXTRA_INDEX_URL'], setting('UV_INDEX', 'UV_EXTRA_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'extra-index-url')],
    [['UV_INSECURE_HOST', 'PIP_TRUSTED_HOST'], setting('UV_INSECURE_HOST', 'PIP_TRUSTED_HOST', 'trusted-host')],
    ...['http_proxy', 'https_proxy', 'no_proxy'].map((name): [string[], string | undefined] => [
      [name, name.toUpperCase()],
      setting(name, name.toUpperCase()),
    ]),
  ]
  const result: Omit<PythonSettings, 'caBundle'> = { environment: {}, leftOut: [] }
  for (const [names, value] of found) {
    if (value === undefined) continue
    if (/:\/\/[^/\s]*@/.test(value) || /(^|\s)file:/.test(value)) result.leftOut.push(names[0] ?? '')
    else for (const name of names) result.environment[name] = value.replace(/\s+/g, ' ')
  }
  return result
}

function pipSetting(listed: string, name: string): string | undefined {
  if (/[A-Z]/.test(name)) return undefined
  return new RegExp(`^(?:global|install|:env:)\\.${name}='([^']*)'$`, 'm').exec(listed)?.[1]?.replaceAll('\\n', ' ').trim()
}

async function readAuthorities(listed: string, environment: Environment): Promise<string | null> {
  const named = [
    environment.SSL_CERT_FILE,
    environment.PIP_CERT,
    pipSetting(listed, 'cert'),
    '/etc/ssl/certs/ca-certificates.crt',
  ]
  for (const path of named) {
    if (path === undefined || path === '') continue
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return readFile(path, 'utf8')
  }
  return null
}
