// The only logger: JSON lines for the journal, or a size-rotated file plus short lines for the person at the terminal.
import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import openRollingFile from 'pino-roll'
import { type Config, config } from './config'

export type Log = Logger

type Sink = { write(line: string): void }
type Shared = { sinks: Sink[]; log: Log; isOpen: boolean; requests: AsyncLocalStorage<string> }

// Next bundles a copy of this module of its own. Two copies that rotate one file would lose lines, so all share one logger.
const shared = globalThis as typeof globalThis & { [key: symbol]: Shared | undefined }
const sharedKey = Symbol.for('berth.log')

const secretFields = ['password', 'token', 'ticket', 'secret', 'authorization', 'cookie', 'key', 'clientKey']
const redact = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])

function create(): Shared {
  const sinks: Sink[] = [toTerminal()]
  const destination = { write: (line: string) => sinks.forEach((sink) => void sink.write(line)) }
  const level = levelFromConfig()
  const requests = new AsyncLocalStorage<string>()
  const options = {
    level,
    base: null,
    mixin: () => {
      const requestId = requests.getStore()
      return requestId === undefined ? {} : { requestId }
    },
    redact,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: pino.stdSerializers.err },
  }
  return { isOpen: false, sinks, log: pino(options, destination), requests }
}

/** A mistake in the configuration is reported by whoever starts the process; logging must not hide it behind its own. */
function levelFromConfig(): string {
  try {
    return config().logLevel
  } catch {
    return 'info'
  }
}

function state(): Shared {
  shared[sharedKey] ??= create()
  return shared[sharedKey]
}

export function log(): Log {
  return state().log
}

/** Every line that is written until `run` has come to rest carries this id, wherever it is written. */
export function inRequest<T>(requestId: string, run: () => T): T {
  return state().requests.run(requestId, run)
}

/** Null outside of requests: a controller's work is nobody's. */
export function currentRequestId(): string | null {
  return state().requests.getStore() ?? null
}

/** Called once by the process that starts: from then on lines go where the configuration says. */
export async function openLog(from: Pick<Config, 'dataDir' | 'logTo' | 'underJournal'>): Promise<void> {
  const current = state()
  if (current.isOpen) return
  current.isOpen = true
  const { sinks } = current
  const stdout = from.logTo === 'stdout' || (from.logTo === 'auto' && from.underJournal && !process.stdout.isTTY)
  if (stdout) {
    sinks.splice(0, sinks.length, { write: (line) => void process.stdout.write(line) })
    return
  }
  const directory = join(from.dataDir, 'logs')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = await openRollingFile({
    file: join(directory, 'berth'),
    extension: '.log',
    size: '10m',
    limit: { count: 4, removeOtherLogFiles: true },
    // The last lines before a crash are the ones that matter, and a portal writes few.
    sync: true,
  })
  file.on('error', (error: Error) => process.stderr.write(`The log file cannot be written: ${error.message}\n`))
  sinks.splice(0, sinks.length, { write: (line) => void file.write(line) }, toTerminal())
}

const levelNames: Record<number, string> = { 20: 'debug', 30: '', 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' }

type Line = { level: number; time: string; msg?: string; err?: { message?: string } }

/** One short line per event, in the reader's own time zone; details are in the file. */
export function terminalLine(json: string): string {
  const line = JSON.parse(json) as Line
  const time = new Date(line.time).toLocaleTimeString('en-GB')
  const cause = line.err?.message ? `: ${line.err.message}` : ''
  // Names and messages come from users and desktops; control characters would let them write to the terminal.
  const text = `${line.msg ?? ''}${cause}`.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
  return `${time} ${levelNames[line.level] ?? ''}${text}\n`
}

function toTerminal(): Sink {
  // A step of the set-up may have drawn its progress on this line.
  const clear = process.stderr.isTTY ? '\r\x1b[2K' : ''
  return { write: (line) => void process.stderr.write(clear + terminalLine(line)) }
}
