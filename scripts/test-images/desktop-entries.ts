// The .desktop files of an image: which there are, and what they start.
import type { DesktopUnderTest } from './desktop-under-test'

export type DesktopEntry = { path: string; name: string; exec: string; terminal: boolean; shown: boolean }

/** Exec of a .desktop file as a command line: field codes are for files that nobody gave. */
export function parseEntry(path: string, text: string): DesktopEntry {
  const main = text.split(/^\[(?!Desktop Entry\])/m)[0] ?? ''
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(main)?.[1]?.trim() ?? ''
  return {
    path,
    name: value('Name'),
    exec: value('Exec')
      .replace(/%%|%[a-zA-Z]/g, (code) => (code === '%%' ? '%' : ''))
      .trim(),
    terminal: value('Terminal') === 'true',
    shown: value('Type') === 'Application' && value('NoDisplay') !== 'true' && value('Hidden') !== 'true',
  }
}

export async function readEntries(desktop: DesktopUnderTest, paths: string): Promise<DesktopEntry[]> {
  const output = await desktop.shell(`for f in ${paths}; do printf '\\036%s\\n' "$f"; cat "$f"; done`)
  return output
    .split('\x1e')
    .slice(1)
    .map((part) => parseEntry(part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)))
}

/** The first word that is a program, past `env NAME=value`. */
export function programOf(entry: DesktopEntry): string {
  const words = entry.exec.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? []
  return words.find((word) => word !== 'env' && !/^[A-Z_]+=/.test(word)) ?? ''
}
