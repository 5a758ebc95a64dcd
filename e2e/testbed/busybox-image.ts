// An image whose every program is busybox, as of Alpine and of many small images: made of the machine's own static one.
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { runCommand } from '@/scripts/up/run-command.mjs'

const program = '/bin/busybox'

export async function importBusybox(docker: Docker, reference: string): Promise<void> {
  const archive = pack()
  const folder = (name: string, owner = 0) => archive.entry({ name, type: 'directory', uid: owner, gid: owner, mode: 0o755 })
  for (const name of ['bin', 'etc', 'home', 'tmp']) folder(name)
  folder('home/kasm-user', 1000)
  archive.entry({ name: 'etc/passwd' }, 'root:x:0:0::/:/bin/sh\nkasm-user:x:1000:1000::/home/kasm-user:/bin/sh\n')
  archive.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync(program))
  const applets = (await runCommand(program, ['--list'])).trim().split('\n')
  for (const name of applets.filter((applet) => applet !== 'busybox'))
    archive.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' })
  archive.finalize()
  const [repo, tag] = reference.split(':')
  const answer = await docker.importImage(Readable.from(archive), { repo, tag, changes: 'CMD ["sh"]' } as object)
  for await (const _progress of answer) {
    // Read to its end: it is there then.
  }
}
