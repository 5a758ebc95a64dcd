declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events'

  type RollingFile = EventEmitter & { write(line: string): boolean; end(): void }
  type Options = {
    file: string
    extension: string
    size: string
    limit: { count: number; removeOtherLogFiles: boolean }
    sync: boolean
  }
  export default function openRollingFile(options: Options): Promise<RollingFile>
}
