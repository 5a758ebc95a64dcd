// A desktop as a session would run it, and commands in it as its user would start them.
import type Docker from 'dockerode'
import { type DesktopContainer, startDesktop } from '@/e2e/contract/desktop-container'

export type DesktopUnderTest = DesktopContainer & {
  /** Runs a shell command in the session; what it printed, or a failure with the end of that. */
  shell(command: string, timeoutSeconds?: number): Promise<string>
}

const gib = 2 ** 30

export async function startUnderTest(image: string, hostConfig: Docker.HostConfig = {}): Promise<DesktopUnderTest> {
  const desktop = await startDesktop({
    image,
    hostConfig: {
      ShmSize: gib / 2,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 4096,
      Memory: 6 * gib,
      ...hostConfig,
    },
  })
  const shell = async (command: string, timeoutSeconds = 120) => {
    const output = await desktop.exec(['timeout', String(timeoutSeconds), 'bash', '-c', `${joinSession}\n${marked(command)}`])
    const ended = /\n?exit (\d+)\n$/.exec(output)
    const text = output.slice(0, ended?.index ?? output.length).trim()
    if (ended === null) throw new Error(`did not end within ${timeoutSeconds} s; ${text.slice(-800)}`)
    if (ended[1] !== '0') throw new Error(`ended with code ${ended[1]}; ${text.slice(-800)}`)
    return text
  }
  return { ...desktop, shell }
}

/** The desktop's own bus and folders, so that a program behaves as if its icon had been opened. */
const joinSession = `
session=$(pgrep -o -x xfdesktop || true)
if [ -n "$session" ]; then
  while IFS= read -r -d '' line; do case $line in DBUS_*|XDG_*|DISPLAY=*|PATH=*) export "$line" ;; esac; done < /proc/$session/environ
fi
cd "$HOME"`

const marked = (command: string) => `( ${command}\n)\nended=$?; echo; echo "exit $ended"`
