// A Docker Engine that is only its API: it answers as Docker 28 does for what Berth asks, over containers that are rows in memory. For scale,
// where two hundred real engines have no room; whether Berth understands Docker is tested with real ones.
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { inspected, listedAs } from './fleet-engine-answers'
import { NamedThings } from './fleet-engine-things'

export type FakeContainer = {
  id: string
  name: string
  image: string
  labels: Record<string, string>
  hostConfig: Record<string, unknown>
  createdMs: number
  startedMs: number | null
  endedMs: number | null
  exitCode: number
  state: 'created' | 'running' | 'paused' | 'exited'
  /** What a look prints, for containers that only look. */
  output: string | null
}

export type FakeImage = { id: string; references: string[]; digests: string[]; sizeBytes: number }

export const builtAtSeconds = 1_790_000_000

type Filters = { label?: string[]; status?: string[] }
export type Answer = { status: number; body?: unknown; raw?: Buffer }
export type Call = { method: string; path: string[]; query: URLSearchParams; body: Record<string, unknown> }

export class FleetEngine {
  readonly containers = new Map<string, FakeContainer>()
  readonly #networks = new NamedThings('Networks')
  readonly #volumes = new NamedThings('Volumes')
  readonly #listeners = new Set<ServerResponse>()
  readonly #unanswered = new Set<ServerResponse>()
  #hangs = false
  /** Requests that were answered, by what was asked. */
  readonly asked = new Map<string, number>()

  constructor(
    readonly name: string,
    readonly images: readonly FakeImage[],
    /** Where every desktop of this engine listens. */
    readonly desktopPort: number,
  ) {}

  /** Takes every request and answers none, as a host does whose disk stands still. */
  hang(hangs: boolean): void {
    this.#hangs = hangs
    if (hangs) return
    for (const response of this.#unanswered) response.destroy()
    this.#unanswered.clear()
  }

  add(container: FakeContainer): void {
    this.containers.set(container.id, container)
  }

  /** Without `event`, nobody hears of it. */
  end(container: FakeContainer, exitCode: number, options: { event: boolean }): void {
    Object.assign(container, { state: 'exited', endedMs: Date.now(), exitCode })
    if (options.event) this.#tell('die', container)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    if (this.#hangs) return void this.#unanswered.add(response)
    const url = new URL(request.url ?? '/', 'http://engine')
    const path = url.pathname.replace(/^\/+(v\d+\.\d+\/)?/, '').split('/')
    const text = Buffer.concat(chunks).toString()
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
    const call = { method: request.method ?? 'GET', path: path.map(decodeURIComponent), query: url.searchParams, body }
    const what = `${call.method} ${path[0]}${path.length > 1 ? `/${path.at(-1)?.replace(/^[0-9a-f]{64}$|^berth-.*/, '*')}` : ''}`
    this.asked.set(what, (this.asked.get(what) ?? 0) + 1)
    if (path[0] === 'events') return this.#stream(response)
    const { status, body: answer, raw } = this.#answer(call)
    response.writeHead(status, { 'Api-Version': '1.51', 'Content-Type': raw ? 'application/octet-stream' : 'application/json' })
    response.end(raw ?? (answer === undefined ? undefined : JSON.stringify(answer)))
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.flushHeaders()
    this.#listeners.add(response)
    response.once('close', () => this.#listeners.delete(response))
  }

  #tell(action: string, container: FakeContainer): void {
    if (this.#hangs) return
    const event = {
      Type: 'container',
      Action: action,
      Actor: { ID: container.id, Attributes: { ...container.labels, name: container.name } },
      time: Math.floor(Date.now() / 1000),
    }
    for (const listener of this.#listeners) listener.write(`${JSON.stringify(event)}\n`)
  }

  #answer(call: Call): Answer {
    const [noun, name = '', verb = ''] = call.path
    if (noun === '_ping') return { status: 200, raw: Buffer.from('OK') }
    if (noun === 'version') return { status: 200, body: { Version: '28.5.0', ApiVersion: '1.51', MinAPIVersion: '1.24' } }
    if (noun === 'info') return { status: 200, body: this.#info() }
    if (noun === 'containers') return this.#ofContainers(call, name, verb)
    if (noun === 'images') return this.#ofImages(call)
    if (noun === 'distribution') return this.#distribution(call)
    if (noun === 'networks') return this.#networks.answer(call, name)
    if (noun === 'volumes') return this.#volumes.answer(call, name)
    return { status: 404, body: { message: 'page not found' } }
  }

  #info(): object {
    return {
      ID: this.name,
      Name: this.name,
      ServerVersion: '28.5.0',
      OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
      Architecture: 'x86_64',
      NCPU: 128,
      MemTotal: 1024 ** 4,
      Driver: 'overlay2',
      LiveRestoreEnabled: true,
      Warnings: null,
      Labels: [],
      Runtimes: { runc: { path: 'runc' } },
      SystemTime: new Date().toISOString(),
      Containers: this.containers.size,
    }
  }

  #ofContainers(call: Call, name: string, verb: string): Answer {
    if (name === 'json') return { status: 200, body: this.#list(call.query) }
    if (name === 'create') return this.#create(call)
    const container = this.containers.get(name) ?? [...this.containers.values()].find((candidate) => candidate.name === name)
    if (!container) return { status: 404, body: { message: `No such container: ${name}` } }
    if (call.method === 'DELETE') return this.#remove(container)
    if (verb === 'json') return { status: 200, body: inspected(container, this.desktopPort) }
    if (verb === 'logs') return { status: 200, raw: framed(container.output ?? '') }
    if (verb === 'wait') return { status: 200, body: { StatusCode: 0 } }
    return this.#change(container, verb)
  }

  #list(query: URLSearchParams): object[] {
    const { label = [], status = [] } = JSON.parse(query.get('filters') ?? '{}') as Filters
    const wanted = label.map((entry) => entry.split('=') as [string, string?])
    const fits = ({ labels, state }: FakeContainer) =>
      wanted.every(([key, value]) => (value === undefined ? key in labels : labels[key] === value)) &&
      (status.length === 0 || status.includes(state))
    return [...this.containers.values()].filter(fits).map((container) => listedAs(container, this.desktopPort))
  }

  #create({ query, body }: Call): Answer {
    const name = query.get('name') ?? ''
    if ([...this.containers.values()].some((container) => container.name === name))
      return { status: 409, body: { message: `Conflict. The container name "/${name}" is already in use.` } }
    const image = this.#image(String(body.Image))
    if (!image) return { status: 404, body: { message: `No such image: ${body.Image}` } }
    const labels = (body.Labels ?? {}) as Record<string, string>
    const id = randomBytes(32).toString('hex')
    this.add({
      id,
      name,
      image: image.id,
      labels,
      hostConfig: (body.HostConfig ?? {}) as Record<string, unknown>,
      createdMs: Date.now(),
      startedMs: null,
      endedMs: null,
      exitCode: 0,
      state: 'created',
      output: labels['berth.kind'] === 'probe' ? probeOutput : null,
    })
    return { status: 201, body: { Id: id, Warnings: [] } }
  }

  #change(container: FakeContainer, verb: string): Answer {
    const isUp = container.state === 'running' || container.state === 'paused'
    if (verb === 'start' && isUp) return { status: 304 }
    if (verb === 'stop' && !isUp) return { status: 304 }
    if (verb === 'start') {
      Object.assign(container, { state: 'running', startedMs: Date.now(), endedMs: null })
      this.#tell('start', container)
      // What only looks has looked.
      if (container.output !== null) this.end(container, 0, { event: true })
    } else if (verb === 'stop' || verb === 'kill') this.end(container, 143, { event: true })
    else if (verb === 'pause' || verb === 'unpause') {
      container.state = verb === 'pause' ? 'paused' : 'running'
      this.#tell(verb, container)
    } else return { status: 404, body: { message: 'page not found' } }
    return { status: 204 }
  }

  #remove(container: FakeContainer): Answer {
    this.containers.delete(container.id)
    this.#tell('destroy', container)
    return { status: 204 }
  }

  #image(reference: string): FakeImage | undefined {
    return this.images.find(
      ({ id, references, digests }) => id === reference || references.includes(reference) || digests.includes(reference),
    )
  }

  #ofImages({ path }: Call): Answer {
    const shown = ({ id, references, digests, sizeBytes }: FakeImage) => ({
      Id: id,
      RepoTags: references,
      RepoDigests: digests,
      Size: sizeBytes,
    })
    if (path[1] === 'json')
      return { status: 200, body: this.images.map((image) => ({ ...shown(image), Created: builtAtSeconds })) }
    const image = this.#image(path.slice(1, -1).join('/'))
    if (!image) return { status: 404, body: { message: 'No such image' } }
    if (path.at(-1) === 'history') return { status: 200, body: [{ Size: image.sizeBytes }] }
    const layers = [`sha256:${createHash('sha256').update(image.id).digest('hex')}`]
    const more = {
      Architecture: 'amd64',
      Created: new Date(builtAtSeconds * 1000).toISOString(),
      RootFS: { Type: 'layers', Layers: layers },
    }
    return { status: 200, body: { ...shown(image), ...more } }
  }

  #distribution({ path }: Call): Answer {
    const digest = this.#image(path.slice(1, -1).join('/'))?.digests[0]?.split('@')[1]
    return digest ? { status: 200, body: { Descriptor: { digest } } } : { status: 404, body: { message: 'not found' } }
  }
}

/** As without a terminal: stream, length, text. */
function framed(text: string): Buffer {
  const head = Buffer.alloc(8)
  head[0] = 1
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

const probeOutput = [
  'overlay 4000000000 900000000 3100000000 23% /',
  '--berth-use--',
  'MemTotal:       1073741824 kB',
  'MemAvailable:    805306368 kB',
  'cpu  1000 0 1000 100000 0 0 0 0 0 0',
  'cpu  1100 0 1050 100850 0 0 0 0 0 0',
  '128',
  '--berth-gpus--',
].join('\n')
