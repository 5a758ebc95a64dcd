// The two processes of the fleet benchmark that are not the benchmark: the engines, and the controller as it runs in production.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { leash } from '@/scripts/test/leash.mjs'
import type { FleetAnswer, FleetOrder, FleetStarted, FleetTask } from './fleet-engines'

export type Engines = { started: FleetStarted; order(order: FleetOrder): Promise<FleetAnswer>; stop(): Promise<void> }

export async function startEngines(task: FleetTask): Promise<Engines> {
  const child = fork(join(import.meta.dirname, 'fleet-engines.ts'), { execArgv: ['--import', 'tsx'] })
  // One for all that is asked: each listens for as long as the engines live.
  const ended = failing(child, 'The simulated engines ended')
  ended.catch(() => undefined)
  const ask = async (message: FleetTask | FleetOrder) => {
    const answered = new Promise<FleetAnswer>((resolve) => child.once('message', (answer) => resolve(answer as FleetAnswer)))
    child.send(message)
    return Promise.race([answered, ended])
  }
  const started = await ask(task)
  if (started.kind !== 'started') throw new Error('The simulated engines did not start.')
  return { started, order: ask, stop: () => stopped(child) }
}

async function failing(child: ChildProcess, what: string): Promise<never> {
  const [code, signal] = await once(child, 'exit')
  throw new Error(`${what} (${code ?? signal}).`)
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

export type ControllerProcess = { pid: number; startedMs: number; ready: Promise<void>; stop(): Promise<void> }

/** `node dist/server.js`, as an installation with roles of their own runs it. */
export function startControllerProcess(environment: Record<string, string>, logPath: string): ControllerProcess {
  const startedMs = Date.now()
  const child = spawn(process.execPath, [...(process.env.BERTH_BENCH_NODE_OPTIONS?.split(' ') ?? []), 'dist/server.js'], {
    env: { ...process.env, NODE_ENV: 'production', BERTH_ROLES: 'controller', BERTH_LOG: 'stdout', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.once('exit', leash({ child }))
  child.stdout.pipe(createWriteStream(logPath, { flags: 'a' }))
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Berth is ready')) resolve()
    })
  })
  return {
    pid: child.pid ?? 0,
    startedMs,
    ready: Promise.race([ready, failing(child, 'The controller ended')]),
    stop: () => stopped(child),
  }
}

export type Use = { cpuPercent: number; mostRssMb: number }

/** Of one process, over a while: processor time as a share of one core, and the most memory that was seen. */
export async function useOf(pid: number, seconds: number): Promise<Use> {
  const before = cpuMsOf(pid)
  const began = performance.now()
  let mostRssMb = 0
  for (let second = 0; second < seconds; second++) {
    await sleep(1_000)
    mostRssMb = Math.max(mostRssMb, rssMbOf(pid))
  }
  return { cpuPercent: ((cpuMsOf(pid) - before) / (performance.now() - began)) * 100, mostRssMb }
}

function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name may hold spaces; what follows its bracket does not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function rssMbOf(pid: number): number {
  return (Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / 1e6
}
