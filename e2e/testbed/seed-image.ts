// Puts an image that one engine has into the empty data folder of another before it starts: by hard links, in about a second and without
// room on the disk. Where the two are not alike (another storage driver, another filesystem) the image goes through save and load instead.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type Docker from 'dockerode'
import { runCommand } from '@/scripts/up/run-command.mjs'

export type SeedImage = { reference: string; source: Docker }

/** Whether it could be linked; if not, load it once the engine runs. */
export async function linkImage({ reference, source }: SeedImage, dataRoot: string): Promise<boolean> {
  const { Driver, DockerRootDir } = (await source.info()) as { Driver: string; DockerRootDir: string }
  const from = { meta: join(DockerRootDir, 'image', 'overlay2'), layers: join(DockerRootDir, 'overlay2') }
  mkdirSync(dataRoot, { recursive: true, mode: 0o711 })
  const mount = await mountPointOf(dataRoot)
  if (Driver !== 'overlay2' || !existsSync(from.layers) || (await mountPointOf(DockerRootDir)) !== mount) return false
  const { Id } = await source.getImage(reference).inspect()
  const [, hash = ''] = Id.split(':')
  const config = join(from.meta, 'imagedb', 'content', 'sha256', hash)
  if (!existsSync(config)) return false
  const to = { meta: join(dataRoot, 'image', 'overlay2'), layers: join(dataRoot, 'overlay2') }
  mkdirSync(join(to.layers, 'l'), { recursive: true, mode: 0o700 })
  copy(config, join(to.meta, 'imagedb', 'content', 'sha256', hash))
  const { rootfs } = JSON.parse(readFileSync(config, 'utf8')) as { rootfs: { diff_ids: string[] } }
  for (const chain of chainIds(rootfs.diff_ids)) {
    const layer = join('layerdb', 'sha256', chain)
    copy(join(from.meta, layer), join(to.meta, layer))
    const cache = readFileSync(join(from.meta, layer, 'cache-id'), 'utf8').trim()
    await linkFolder(mount, join(from.layers, cache), to.layers)
    const link = readFileSync(join(from.layers, cache, 'link'), 'utf8').trim()
    symlinkSync(readlinkSync(join(from.layers, 'l', link)), join(to.layers, 'l', link))
  }
  const name = reference.replace(/:[^:/]+$/, '')
  writeFileSync(join(to.meta, 'repositories.json'), JSON.stringify({ Repositories: { [name]: { [reference]: Id } } }))
  return true
}

async function mountPointOf(path: string): Promise<string> {
  return (await runCommand('stat', ['-c', '%m', path])).trim()
}

/**
 * An engine mounts its folder of layers over itself, and links do not cross mounts, even within one filesystem. So both are seen through one
 * more view of the filesystem, in a mount namespace that ends with the command.
 */
async function linkFolder(mount: string, from: string, to: string): Promise<void> {
  const view = join(dirname(to), 'view')
  mkdirSync(view, { recursive: true })
  const inView = (path: string) => join(view, relative(mount, path))
  const script = 'mount --bind "$1" "$2" && exec cp -al "$3" "$4"'
  await runCommand('unshare', ['--mount', 'sh', '-c', script, 'sh', mount, view, inView(from), inView(to)])
  rmdirSync(view)
}

export async function loadImage({ reference, source }: SeedImage, target: Docker): Promise<void> {
  const stream = await source.getImage(reference).get()
  const answer = await target.loadImage(stream)
  for await (const _progress of answer) {
    // Read to its end: it is loaded then.
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  cpSync(from, to, { recursive: true })
}

/** The name of a layer together with all below it. */
function chainIds(diffIds: readonly string[]): string[] {
  const chain: string[] = []
  for (const diff of diffIds) {
    const below = chain.at(-1)
    chain.push(below ? `sha256:${createHash('sha256').update(`${below} ${diff}`).digest('hex')}` : diff)
  }
  return chain.map((id) => id.replace('sha256:', ''))
}
