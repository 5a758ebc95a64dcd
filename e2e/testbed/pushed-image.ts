// The starter desktop with layers that no engine has yet, pushed to a registry: what is pulled back then really comes over the wire.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { runCommand } from '@/scripts/up/run-command.mjs'

type Push = { docker: Docker; base: string; references: string[]; layers: number; layerBytes: number }

type Build = { docker: Docker; base: string; reference: string; layers: number; layerBytes: number }

/** Makes an image that no registry has. */
export async function buildNewImage({ docker, base, reference: first, layers, layerBytes }: Build): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-layer-'))
  try {
    for (let layer = 0, from = base; layer < layers; layer++, from = first) {
      writeFileSync(join(folder, `layer-${layer}`), randomBytes(layerBytes))
      const archive = join(folder, 'layer.tar')
      await runCommand('tar', ['-cf', archive, '-C', folder, `layer-${layer}`])
      const container = await docker.createContainer({ Image: from })
      await container.putArchive(archive, { path: '/opt' })
      const { repo, tag } = split(first)
      await container.commit({ repo, tag })
      await container.remove({ force: true })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes one image, pushes it under every reference, and removes it from the engine again. */
export async function pushNewImage({ references, ...build }: Push): Promise<void> {
  const { docker } = build
  const [first = ''] = references
  try {
    await buildNewImage({ ...build, reference: first })
    for (const reference of references) {
      await docker.getImage(first).tag(split(reference))
      // The engine wants the header of a login also where none is asked for.
      const authconfig = { username: '', password: '', serveraddress: split(reference).repo }
      await readToEnd(await docker.getImage(reference).push({ authconfig } as object))
    }
  } finally {
    for (const reference of references)
      await docker
        .getImage(reference)
        .remove({ force: true })
        .catch(() => undefined)
  }
}

/** A port stands behind a colon as well: the tag is what follows the last one. */
function split(reference: string): { repo: string; tag: string } {
  const at = reference.lastIndexOf(':')
  return { repo: reference.slice(0, at), tag: reference.slice(at + 1) }
}

/** What goes wrong in the middle of a push is told in the stream, not by the status. */
async function readToEnd(stream: NodeJS.ReadableStream): Promise<void> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  if (text.includes('"errorDetail"')) throw new Error(text.slice(-500))
}
