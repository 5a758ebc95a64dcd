// The older commit as files, able to run: its sources, its own database client, and the packages of today.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@/e2e/support/portal'
import { runCommand } from '@/scripts/up/run-command.mjs'
import type { OlderTask } from './older-portal'

export const olderCommit = readFileSync(join(import.meta.dirname, 'older-commit.txt'), 'utf8').trim()

export type OlderCheckout = { run(task: OlderTask): Promise<string[]>; remove(): void }

export async function openOlderCheckout(): Promise<OlderCheckout> {
  await haveCommit()
  const folder = mkdtempSync(join(tmpdir(), 'berth-older-'))
  const archive = join(folder, 'archive.tar')
  await runCommand('git', ['-C', root, 'archive', '--output', archive, olderCommit])
  await runCommand('tar', ['-xf', archive, '-C', folder])
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  copyFileSync(join(import.meta.dirname, 'older-portal.ts'), join(folder, 'older-portal.ts'))
  await runCommand(process.execPath, [join(folder, 'scripts', 'generate.mjs')], { cwd: folder })
  return {
    run: async (task) => {
      const env = { ...process.env, OLDER_TASK: JSON.stringify(task) }
      const stdout = await runCommand(process.execPath, ['--import', 'tsx', 'older-portal.ts'], { cwd: folder, env })
      return JSON.parse(stdout) as string[]
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A shallow clone lacks it; it is fetched where there is somewhere to fetch it from, and never passed over in silence. */
async function haveCommit(): Promise<void> {
  const has = () => runCommand('git', ['-C', root, 'cat-file', '-e', `${olderCommit}^{commit}`])
  try {
    await has()
  } catch {
    await runCommand('git', ['-C', root, 'fetch', '--depth=1', 'origin', olderCommit]).catch(() => undefined)
    await has().catch((cause: unknown) => {
      throw new Error(
        `The older commit ${olderCommit} (e2e/rolling/older-commit.txt) is not in this clone, so that nobody can say whether an upgrade can roll. Run: git fetch --unshallow`,
        { cause },
      )
    })
  }
}
