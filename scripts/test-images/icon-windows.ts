// Opens a desktop entry as a click would, waits for its window, and closes it again.
import type { DesktopEntry } from './desktop-entries'
import type { DesktopUnderTest } from './desktop-under-test'

/** A first start on a machine that is busy with other things. */
const windowSeconds = 300

/** Returns the title of the window that came. */
export async function openAndClose(desktop: DesktopUnderTest, entry: DesktopEntry, titlePart = ''): Promise<string> {
  const before = await windowIds(desktop)
  const command = entry.terminal ? `xfce4-terminal --execute ${entry.exec}` : entry.exec
  await desktop.shell(`setsid ${command} >/tmp/icon.log 2>&1 </dev/null &`)
  const known = `^(${['none', ...before].join('|')}) `
  const seen = await desktop.shell(
    `for ((i = 0; i < ${windowSeconds * 2}; i++)); do
       new=$(wmctrl -l | grep -vE '${known}' | grep -F '${titlePart}' | tail -n 1)
       [ -n "$new" ] && break
       sleep 0.5
     done
     [ -n "$new" ] || { tail -n 5 /tmp/icon.log; echo 'no window'; exit 1; }
     # Long enough to see a program that opens a window and dies, or says that it is unwell.
     sleep ${titlePart === '' ? 2 : 10}
     wmctrl -l | grep "^\${new%% *}" || { echo 'its window closed by itself'; exit 1; }
     ! wmctrl -l | grep -iE 'issue reporter|error|crash'`,
    windowSeconds + 30,
  )
  await closeWindows(desktop, before)
  return seen.split('\n')[0]?.split(/\s+/).slice(3).join(' ') ?? ''
}

export async function windowIds(desktop: DesktopUnderTest): Promise<string[]> {
  return (await desktop.shell(`wmctrl -l | awk '{print $1}'`)).split('\n').filter((id) => id !== '')
}

export async function closeWindows(desktop: DesktopUnderTest, keep: string[]): Promise<void> {
  await desktop.shell(
    `for ((i = 0; i < 40; i++)); do
       open=$(wmctrl -l | awk '{print $1}' | grep -Fxv -e 0x0 ${keep.map((id) => `-e ${id}`).join(' ')})
       [ -n "$open" ] || exit 0
       for id in $open; do wmctrl -i -c "$id"; done
       sleep 0.5
     done
     # A program that asks before it closes.
     for id in $open; do wmctrl -lp | awk -v id="$id" '$1 == id {print $3}' | xargs -r kill -9; done`,
  )
}
