// Runs a program to its end, tells its lines as progress, and keeps the last of them for the case that it fails.
import { spawn } from 'node:child_process'
import { SetupFailure } from './setup-failure.mjs'

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, note?: (line: string) => void, hint?: string, timeoutMs?: number }} [options]
 * @returns {Promise<string>} what it wrote to stdout
 */
export function runCommand(program, args, options = {}) {
  const { cwd, env = process.env, note, hint, timeoutMs = 30 * 60_000 } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs })
    let stdout = ''
    let tail = ''
    const keep = (/** @type {Buffer} */ chunk) => {
      tail = (tail + chunk.toString()).slice(-4000)
      const line = chunk.toString().trim().split('\n').at(-1)
      if (note && line) note(line)
    }
    child.stdout.on('data', (chunk) => {
      stdout += chunk.toString()
      keep(chunk)
    })
    child.stderr.on('data', keep)
    const fail = (/** @type {string} */ reason, /** @type {unknown} */ cause) =>
      reject(
        new SetupFailure(`${[program, ...args].join(' ')} ${reason}\n${tail.trim()}`, hint ?? 'Its last lines are above.', {
          cause,
        }),
      )
    child.on('error', (error) => fail(`could not be run: ${error.message}`, error))
    child.on('close', (code, signal) =>
      code === 0 ? resolve(stdout) : fail(signal ? `was ended by ${signal}` : `ended with ${code}`, null),
    )
  })
}

/** @param {string} program */
export async function isInstalled(program) {
  return await runCommand('sh', ['-c', 'command -v "$0"', program]).then(
    () => true,
    () => false,
  )
}
