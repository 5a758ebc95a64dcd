// For tests: the operator's command as an operator runs it, in a process of its own.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { bundleProgram } from '@/scripts/test/bundle-program'

const root = join(import.meta.dirname, '..', '..')

export type Said = { code: number | null; out: string; err: string }

export async function runBerth(environment: Record<string, string>, ...args: string[]): Promise<Said> {
  const program = await bundleProgram('scripts/berth.ts')
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, ...environment }
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: env as unknown as NodeJS.ProcessEnv,
    })
    const said: Said = { code: null, out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      said.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      said.err += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ ...said, code }))
  })
}
