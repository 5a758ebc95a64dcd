// Reads a chosen picture in the browser and refuses early what the server would refuse.
import { isDomainError } from '@/lib/domain/errors'
import { iconMediaType, maxIconBytes } from '@/lib/domain/icon'

export type ReadIcon = { ok: true; base64: string } | { ok: false; problem: string }

export async function readIcon(file: Blob): Promise<ReadIcon> {
  // Looked at before it is read: someone may have picked a film.
  if (file.size > maxIconBytes) {
    const size = Math.ceil(file.size / 1024).toLocaleString('en-US')
    return { ok: false, problem: `This file has ${size} KiB; a picture has at most 256 KiB.` }
  }
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    iconMediaType(bytes)
    return { ok: true, base64: toBase64(bytes) }
  } catch (error) {
    return { ok: false, problem: isDomainError(error) ? error.message : 'This file could not be read.' }
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
