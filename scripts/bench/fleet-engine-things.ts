// Networks and volumes of the fake engine: a name, labels, and when it was made.
import type { Answer, Call } from './fleet-engine'

type Thing = { Name: string; Id: string; Labels: Record<string, string>; CreatedAt: string; Driver: string }

export class NamedThings {
  readonly #things = new Map<string, Thing>()

  constructor(readonly kind: 'Networks' | 'Volumes') {}

  answer({ method, query, body }: Call, name: string): Answer {
    if (name === 'create') return { status: 201, body: this.#make(String(body.Name), (body.Labels ?? {}) as Thing['Labels']) }
    if (name === '') return { status: 200, body: this.#list(query) }
    const thing = this.#things.get(name)
    if (!thing) return { status: 404, body: { message: `no such thing: ${name}` } }
    if (method !== 'DELETE') return { status: 200, body: thing }
    this.#things.delete(name)
    return { status: 204 }
  }

  /** What is there already is answered as if it had just been made. */
  #make(name: string, labels: Thing['Labels']): Thing {
    const thing = this.#things.get(name) ?? {
      ...{ Name: name, Id: name, Labels: labels, Driver: 'local' },
      CreatedAt: new Date().toISOString(),
    }
    this.#things.set(name, thing)
    return thing
  }

  #list(query: URLSearchParams): object {
    const { label = [] } = JSON.parse(query.get('filters') ?? '{}') as { label?: string[] }
    const wanted = label.map((entry) => entry.split('=') as [string, string?])
    const fits = ({ Labels }: Thing) =>
      wanted.every(([key, value]) => (value === undefined ? key in Labels : Labels[key] === value))
    const found = [...this.#things.values()].filter(fits)
    return this.kind === 'Volumes' ? { Volumes: found, Warnings: null } : found
  }
}
