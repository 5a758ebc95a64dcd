// The starter desktop with another program at its door, which runs as root.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'

const folder = join(import.meta.dirname, 'desktop')

export type HostileImage = { reference: string; remove(): Promise<void> }

export async function makeHostileImage(engine: Docker): Promise<HostileImage> {
  const repo = `test/hostile-${randomBytes(4).toString('hex')}`
  const container = await engine.createContainer({ Image: defaultDesktopTag })
  try {
    const archive = pack()
    for (const name of ['server.py', 'page.html']) archive.entry({ name: `hostile/${name}` }, readFileSync(join(folder, name)))
    archive.finalize()
    await container.putArchive(archive, { path: '/' })
    // Without the label the gateway serves no viewer page of its own: everything comes from the desktop.
    const changes = 'LABEL berth.viewer=0\nUSER 0\nENTRYPOINT ["python3","/hostile/server.py"]\nCMD []'
    await container.commit({ repo, tag: '1', changes })
  } finally {
    await container.remove({ force: true })
  }
  const reference = `${repo}:1`
  return { reference, remove: async () => void (await engine.getImage(reference).remove({ force: true })) }
}
