// Images with layers that no engine has yet, built here or pushed to a registry: what is pulled back then really comes over the wire.
import { randomBytes } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { runCommand } from '@/scripts/up/run-command.mjs'

type Layers = {
  docker: Docker /** What they lie on; left out, nothing, and no container of it can run. */
  base?: string
  layers: number
  layerBytes: number
}

type Build = Layers & { reference: string }
type Push = Layers & { references: string[] }

/** Makes an image that no registry has. */
export async function buildNewImage({ docker, base, reference, layers, layerBytes }: Build): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-layer-'))
  const archive = join(folder, 'layer.tar')
  const name = split(reference)
  try {
    for (let layer = 0, from = base; layer < layers; layer++, from = reference) {
      writeFileSync(join(folder, `layer-${layer}`), randomBytes(layerBytes))
      await runCommand('tar', ['-cf', archive, '-C', folder, `layer-${layer}`])
      if (from === undefined) await startImage(docker, archive, name)
      else await addLayer(docker, archive, from, name)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Name = { repo: string; tag: string }

async function startImage(docker: Docker, archive: string, name: Name): Promise<void> {
  // Without a command no container could be made of it at all.
  await readToEnd(await docker.importImage(createReadStream(archive), { ...name, changes: 'CMD ["nothing"]' }))
}

async function addLayer(docker: Docker, archive: string, from: string, name: Name): Promise<void> {
  const container = await docker.createContainer({ Image: from })
  try {
    await container.putArchive(archive, { path: '/' })
    await container.commit(name)
  } finally {
    await container.remove({ force: true })
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
function split(reference: string): Name {
  const at = reference.lastIndexOf(':')
  return { repo: reference.slice(0, at), tag: reference.slice(at + 1) }
}

/** What goes wrong in the middle of a push is told in the stream, not by the status. */
async function readToEnd(stream: NodeJS.ReadableStream): Promise<void> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  if (text.includes('"errorDetail"')) throw new Error(text.slice(-500))
}
