// The engine behind a door of the tests' own: everything passes, but one chosen request can be held on its way and let go on later, so that a
// test knows at which call a controller is. What a controller has sent is then sent late, which is worse than sending it late itself.
import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'

export type HeldRequest = { line: string; release: () => Promise<void> }
type Waiting = { pattern: RegExp; caught: (held: HeldRequest) => void }

export class EngineGate {
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #waiting: Waiting | null = null

  static async open(path: string, enginePath: string): Promise<EngineGate> {
    const gate = new EngineGate(path, enginePath)
    await new Promise<void>((resolve) => gate.#server.listen(path, resolve))
    return gate
  }

  private constructor(
    readonly path: string,
    enginePath: string,
  ) {
    this.#server = createServer((client) => this.#join(client, connect(enginePath)))
  }

  /** The next request whose first line fits; whoever sent it waits for its answer until it is released. */
  hold(pattern: RegExp): Promise<HeldRequest> {
    return new Promise((resolve) => {
      this.#waiting = { pattern, caught: resolve }
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.path, { force: true })
  }

  #join(client: Socket, engine: Socket): void {
    let late: Buffer[] | null = null
    for (const socket of [client, engine]) {
      this.#sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.#sockets.delete(socket))
    }
    client.on('data', (chunk: Buffer) => {
      const line = firstLine(chunk)
      const waiting = this.#waiting
      if (late) late.push(chunk)
      else if (line && waiting?.pattern.test(line)) {
        this.#waiting = null
        late = [chunk]
        waiting.caught({ line, release })
      } else engine.write(chunk)
    })
    // Its sender may have died meanwhile: the request is on its way all the same.
    client.on('close', () => late ?? engine.end())
    engine.pipe(client)

    async function release(): Promise<void> {
      const answered = new Promise((resolve) => engine.once('data', resolve))
      for (const chunk of late ?? []) engine.write(chunk)
      late = null
      // Without its reader the stream of answers rests.
      engine.resume()
      await answered
      if (client.destroyed) engine.end()
    }
  }
}

/** Of any length: the library repeats a whole container's description in the address. */
function firstLine(chunk: Buffer): string | null {
  return /^(?:GET|POST|PUT|DELETE|HEAD) \/[^\s]*/.exec(chunk.toString('latin1'))?.[0] ?? null
}
