// Looks for a Docker Engine where engines usually listen, and tells "not there" from "not allowed" and from "not running".
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findRunningEngines } from './running-engines.mjs'
import { SetupFailure } from './setup-failure.mjs'

/** @typedef {{ socketPath: string, version: string }} Engine */
/** @typedef {{ found: Engine | null, denied: string[], silent: string[] }} Search */

const ownSocket = '/var/run/docker.sock'

export function engineSockets() {
  const runtimeDir = process.env.XDG_RUNTIME_DIR || `/run/user/${process.getuid?.() ?? 0}`
  const home = homedir()
  return [
    ownSocket,
    join(runtimeDir, 'docker.sock'),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
    join(home, '.colima', 'default', 'docker.sock'),
    join(home, '.rd', 'docker.sock'),
  ]
}

/** @returns {Promise<Search>} */
export async function findEngine() {
  const chosen = process.env.DOCKER_HOST
  if (chosen) return { found: await askChosen(chosen), denied: [], silent: [] }
  /** @type {Search} */
  const search = { found: null, denied: [], silent: [] }
  for (const socketPath of engineSockets().filter((path) => existsSync(path))) {
    const answer = await ask(socketPath)
    if (answer.version) return { ...search, found: { socketPath, version: answer.version } }
    if (answer.code === 'EACCES') search.denied.push(socketPath)
    else search.silent.push(socketPath)
  }
  if (search.denied.length > 0) return search
  // Starting another one beside it would break it: two engines share one bridge and one set of firewall rules.
  for (const socketPath of findRunningEngines().flatMap(({ sockets }) => sockets)) {
    const { version } = await ask(socketPath)
    if (version) return { ...search, found: { socketPath, version } }
  }
  return search
}

/** @param {string} dockerHost */
async function askChosen(dockerHost) {
  if (!dockerHost.startsWith('unix://')) {
    throw new SetupFailure(
      `DOCKER_HOST is ${dockerHost}, and the first agent must be an engine on this machine, reached over its socket.`,
      'Unset DOCKER_HOST; add other machines with mutual TLS under Agents in the portal, or with: npm run berth -- agent add',
    )
  }
  const socketPath = dockerHost.slice('unix://'.length)
  const { version, code } = await ask(socketPath)
  if (version) return { socketPath, version }
  throw new SetupFailure(
    `DOCKER_HOST points at ${socketPath}, where no Docker Engine answers (${code}).`,
    'Start that engine, or unset DOCKER_HOST to use the one of this machine.',
  )
}

/**
 * @param {string} socketPath
 * @returns {Promise<{ version?: string, code?: string }>}
 */
export function ask(socketPath) {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/version', timeout: 4000 }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve(readVersion(body)))
      response.on('error', () => resolve({ code: 'ECONNRESET' }))
    })
    call.on('timeout', () => call.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })))
    call.on('error', (error) => resolve({ code: /** @type {NodeJS.ErrnoException} */ (error).code ?? 'unknown' }))
    call.end()
  })
}

/** @param {string} body */
function readVersion(body) {
  try {
    const { Version } = JSON.parse(body)
    return typeof Version === 'string' ? { version: Version } : { code: 'not a Docker Engine' }
  } catch {
    return { code: 'not a Docker Engine' }
  }
}
