// Docker image references: `[host[:port]/]path[:tag][@digest]`, as in the distribution project's reference grammar.
import { z } from 'zod'

export type ImageReference = { registry: string | null; path: string; tag: string | null; digest: string | null }

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const domain = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]{1,5})?)'
const pattern = new RegExp(
  `^(?:(${domain})/)?(${component}(?:/${component})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
)

export function parseImageReference(text: string): ImageReference | null {
  if (text.length > 512) return null
  const match = pattern.exec(text)
  if (!match) return null
  const [, host, path, tag, digest] = match
  if (!path) return null
  // "kasmweb/desktop" has no registry: a first component counts as a host only with a dot, a port or as localhost.
  const isHost = host !== undefined && (host === 'localhost' || /[.:]/.test(host))
  if (host !== undefined && !isHost && host !== host.toLowerCase()) return null
  return {
    registry: isHost ? host : null,
    path: isHost || host === undefined ? path : `${host}/${path}`,
    tag: tag ?? null,
    digest: digest ?? null,
  }
}

/** The form Docker lists: with a tag when neither tag nor digest is given, and without the name of its own hub. */
export function normalReference(text: string): string {
  const parsed = parseImageReference(text)
  if (!parsed) return text
  const base = repositoryOf(parsed)
  if (parsed.digest) return `${base}${parsed.tag ? `:${parsed.tag}` : ''}@${parsed.digest}`
  return `${base}:${parsed.tag ?? 'latest'}`
}

function repositoryOf({ registry, path }: ImageReference): string {
  if (registry && registry !== 'docker.io' && registry !== 'index.docker.io') return `${registry}/${path}`
  const short = path.replace(/^library\//, '')
  return short.includes('/') ? path : short
}

/** One build of a repository, as Docker lists it. */
export function digestReference(reference: string, digest: string): string {
  const parsed = parseImageReference(reference)
  return parsed ? `${repositoryOf(parsed)}@${digest}` : reference
}

/** A reference with a digest names one build for ever; without one it is a tag that may move. */
export function isTag(reference: string): boolean {
  return parseImageReference(reference)?.digest === null
}

/** Named as `npm run images` and "Save as image" name what they make. Docker Hub has that name too, and there it is somebody else's. */
export function isMadeHere(reference: string): boolean {
  const parsed = parseImageReference(normalReference(reference))
  return parsed?.registry === null && parsed.path.startsWith('berth/')
}

/** Where the engine would fetch it from. */
export function registryOf(reference: string): string {
  return parseImageReference(reference)?.registry ?? 'docker.io'
}

export const ImageReferenceText = z
  .string()
  .trim()
  .min(1, 'Name a Docker image, such as kasmweb/desktop:1.18.0.')
  .max(512, 'An image reference has at most 512 characters.')
  .refine((text) => parseImageReference(text) !== null, 'This is not a Docker image reference. Example: kasmweb/desktop:1.18.0.')
