// The last words of `up`: where to open the portal, from here and from another machine.
import { userInfo } from 'node:os'
import type { Config } from '@/lib/config'
import { isLoopback } from '@/lib/config-checks'

export function printGreeting(config: Config): void {
  console.log(greeting(config, { sshConnection: process.env.SSH_CONNECTION, user: userInfo().username }))
}

export function greeting(config: Config, environment: { sshConnection: string | undefined; user: string }): string {
  const lines = ['', `  Open ${config.publicUrl.origin}`]
  if (environment.sshConnection && isLoopback(config.host)) {
    // SSH_CONNECTION: client address, client port, server address, server port.
    const [, , address = 'this-machine', port = '22'] = environment.sshConnection.split(' ')
    const option = port === '22' ? '' : ` -p ${port}`
    const forward = `-L ${config.port}:localhost:${config.port}`
    lines.push(
      '',
      '  You are signed in to this machine over ssh. On your own computer, first run',
      `    ssh${option} -N ${forward} ${environment.user}@${address}`,
    )
    if (config.sessionPorts) {
      const { from, to } = config.sessionPorts
      lines.push(
        `  and one more -L for each port of ${from} to ${to} that is to be used. Without BERTH_SESSION_PORTS this line is enough.`,
      )
    }
  }
  if (config.tls.kind === 'generated') {
    lines.push(
      '',
      '  The certificate was made by this machine: the browser asks once whether to trust it, for the portal and for the first desktop.',
    )
  }
  lines.push('', '  Ctrl-C stops the portal; running desktops go on.', '')
  return lines.join('\n')
}
