// The list of an installation's containers, read again only where its bytes are others than the last time.
import { hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import type { ListedContainers } from '@/lib/domain/container-host'
import { labelKeys } from '@/lib/domain/container-spec'
import { dialGet } from './dial-get'
import type { Engine } from './engine'
import { labelFilter } from './labels'
import { readBody } from './read-body'

type Answer = {
  /** What the same bytes came to; null where they are new, or no longer to be believed. */
  same: ListedContainers | null
  listed: Docker.ContainerInfo[]
  /** What this answer came to, and until when that may be taken for granted. */
  keep(own: ListedContainers, untilMs: number): void
}

export function newListReader(engine: Engine): (signal: AbortSignal) => Promise<Answer> {
  const query = { all: true, filters: { label: labelFilter(engine.installId, labelKeys.session) } }
  let last: { digest: string; own: ListedContainers; untilMs: number } | null = null
  return (signal) =>
    engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
      const body = await readBody(await dialGet<Readable>(docker, '/containers/json', { abortSignal, isStream: true, query }))
      const digest = hash('sha256', body, 'base64')
      const keep: Answer['keep'] = (own, untilMs) => {
        last = { digest, own, untilMs }
      }
      if (last?.digest === digest && performance.now() < last.untilMs) return { same: last.own, listed: [], keep }
      return { same: null, listed: JSON.parse(body.toString()) as Docker.ContainerInfo[], keep }
    })
}
