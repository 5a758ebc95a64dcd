// Collects everything the desktop image is made from into one folder, with a hash that says when an image is stale.
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleDesktopPage } from './bundle-desktop-page'
import type { AptSettings } from './machine-apt'

export const debianSuite = 'bookworm'

export type StagedContext = {
  folder: string
  /** Names of everything in it, as the build wants them. */
  entries: string[]
  sourceHash: string
  remove(): Promise<void>
}

// Every program of the project runs in the repository root; this file itself may be part of a bundle in dist/.
const imageFolder = join(process.cwd(), 'images/desktop')

export async function stageDesktopContext(): Promise<StagedContext> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-desktop-context-'))
  try {
    const sources = ['Dockerfile', 'build', 'rootfs']
    for (const name of sources) await cp(join(imageFolder, name), join(folder, name), { recursive: true })
    await mkdir(join(folder, 'www'))
    await writeFile(join(folder, 'www/vnc.html'), await bundleDesktopPage(join(imageFolder, 'web')))
    await normaliseModes(folder)
    const sourceHash = await hashTree(folder)
    return {
      folder,
      entries: [...sources, 'www', 'apt'],
      sourceHash,
      remove: () => rm(folder, { recursive: true, force: true }),
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Not part of the hash: the same sources built behind another mirror are the same image. */
export async function addAptSettings(context: StagedContext, apt: AptSettings): Promise<void> {
  const place = '/tmp/berth-build/apt'
  const folder = join(context.folder, 'apt')
  await mkdir(folder)
  await writeFile(join(folder, 'sources.list'), apt.sources)
  const configuration = [`Dir::Etc::sourcelist "${place}/sources.list";`, 'Dir::Etc::sourceparts "/dev/null";']
  if (apt.caBundle !== null) {
    await writeFile(join(folder, 'ca.crt'), apt.caBundle)
    configuration.push(`Acquire::https::CAInfo "${place}/ca.crt";`)
  }
  await writeFile(join(folder, 'apt.conf'), `${configuration.join('\n')}\n${apt.configuration}`)
}

/** A checkout made under a strict umask would otherwise give files that the desktop's user cannot read. */
export async function normaliseModes(folder: string): Promise<void> {
  for (const path of await listTree(folder)) {
    const { mode } = await stat(path)
    await chmod(path, (mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}

export async function hashTree(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const path of (await listTree(folder)).sort()) {
    const info = await stat(path)
    hash.update(`${path.slice(folder.length)} ${info.mode & 0o111 ? 'x' : '-'}\n`)
    if (info.isFile())
      hash.update(
        createHash('sha256')
          .update(await readFile(path))
          .digest(),
      )
  }
  return hash.digest('hex')
}

async function listTree(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).map((name) => join(folder, name))
}
