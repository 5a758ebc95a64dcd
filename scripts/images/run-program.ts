// Runs a program to its end; what it printed comes back, or a failure that says what it last printed.
import { spawn } from 'node:child_process'

type RunOptions = {
  signal?: AbortSignal | undefined
  timeoutMs: number
  environment?: Record<string, string>
  onLine?: (line: string) => void
}

export class ProgramFailed extends Error {}

export async function runProgram(program: string, args: string[], options: RunOptions): Promise<string> {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.environment },
    signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
  })
  const lines: string[] = []
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
      lines.push(line)
      options.onLine?.(line)
    }
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => {
      reject(
        timeout.aborted
          ? new ProgramFailed(`${program} did not end within ${options.timeoutMs / 1000} s.`, { cause: error })
          : error,
      )
    })
    child.once('close', resolve)
  })
  if (code !== 0) {
    throw new ProgramFailed(
      `${program} ended with code ${code}:\n${[...lines, ...output.split('\n')].slice(-15).join('\n').trim()}`,
    )
  }
  return output
}

/** True when the program can be started at all. */
export async function hasProgram(program: string): Promise<boolean> {
  try {
    await runProgram(program, ['--version'], { timeoutMs: 10_000 })
    return true
  } catch (error) {
    return error instanceof ProgramFailed
  }
}
