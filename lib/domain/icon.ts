// Uploaded pictures for tiles: raster only. An SVG is a document that can carry script, so it is refused.
import { DomainError } from './errors'

export const maxIconBytes = 256 * 1024
export const iconMediaTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const
export type IconMediaType = (typeof iconMediaTypes)[number]

/** By the first bytes; what the sender called it does not count. */
export function iconMediaType(bytes: Uint8Array): IconMediaType {
  const refused = (message: string) => new DomainError('invalid_input', { message, fields: { icon: message } })
  if (bytes.length === 0) throw refused('The file is empty.')
  if (bytes.length > maxIconBytes) throw refused('A picture has at most 256 KiB.')
  const starts = (...wanted: number[]) => wanted.every((byte, index) => bytes[index] === byte)
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif'
  throw refused('A picture is PNG, JPEG, WebP or GIF. SVG is refused, because it can carry script.')
}

/** Four characters carry three bytes; the bytes themselves are looked at when they are stored. */
export const maxIconBase64Length = Math.ceil(maxIconBytes / 3) * 4
