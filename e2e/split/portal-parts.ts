// One installation in several processes over one PostgreSQL, each as an operator starts it: node dist/server.js with its roles.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@/e2e/support/portal'

export type Part = {
  child: ChildProcess
  port: number
  said(): string
  /** Resolves with the exit code. */
  ended: Promise<number | null>
  end(signal?: NodeJS.Signals): Promise<number | null>
}

export type PartOptions = { roles: string; port: number; environment: Record<string, string>; program?: string[] }

/** Resolves once it says that it is ready, or with what it said when it ended before that. */
export async function startPart({ roles, port, environment, program }: PartOptions): Promise<Part> {
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-part-'))
  const [first = '', ...rest] = program ?? [process.execPath, join(root, 'dist', 'server.js')]
  const child = spawn(first, rest, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      BERTH_LOG: 'stdout',
      BERTH_DATA_DIR: dataDir,
      BERTH_ROLES: roles,
      BERTH_PORT: String(port),
      ...environment,
    } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let isReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('Berth is ready')) isReady()
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      rmSync(dataDir, { recursive: true, force: true })
      resolve(code)
    })
  })
  const end = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return ended
  }
  await Promise.race([ready, ended])
  return { child, port, said: () => said, ended, end }
}
