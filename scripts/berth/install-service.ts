// berth service install: a systemd unit that brings the portal up as `npm run up` does, so that a restart is also the upgrade.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DomainError } from '@/lib/domain/errors'
import { runCommand } from '@/scripts/up/run-command.mjs'
import { installationFacts, serviceInstallation } from './service-installation'
import { readOptions } from './usage-error'

const unitPath = '/etc/systemd/system/berth.service'

export async function installService(args: string[]): Promise<void> {
  const { values } = readOptions(args, { 'dry-run': { type: 'boolean' } }, 0)
  const { user, dataDir, isNew } = serviceInstallation(installationFacts())
  const unit = serviceUnit({ root: process.cwd(), node: process.execPath, user, dataDir })
  if (values['dry-run']) {
    console.log(unit)
    return
  }
  if (process.getuid?.() !== 0) {
    console.log(unit)
    throw new DomainError('misconfigured', {
      message: `Only root can write ${unitPath}.`,
      hint: `Put the text above there, or run: npm run --silent berth -- service install --dry-run | sudo tee ${unitPath}   and then: sudo systemctl enable --now berth`,
    })
  }
  if (!existsSync('/run/systemd/system')) {
    throw new DomainError('misconfigured', {
      message: 'systemd does not run on this machine.',
      hint: 'See what would be installed with --dry-run, and start "npm run up" by the means that this machine has.',
    })
  }
  writeFileSync(unitPath, unit, { mode: 0o644 })
  await runCommand('systemctl', ['daemon-reload'])
  await runCommand('systemctl', ['enable', 'berth.service'])
  console.log(
    `Wrote ${unitPath} and enabled it: the portal runs as ${user}, with ${isNew ? 'a new installation' : 'the installation that is'} in ${dataDir}.`,
  )
  console.log('Start it now with: systemctl start berth   and follow it with: journalctl -fu berth')
}

type Unit = { root: string; node: string; user: string; dataDir: string }

export function serviceUnit({ root, node, user, dataDir }: Unit): string {
  return `[Unit]
Description=Berth, container desktops in the browser
After=network-online.target docker.service
Wants=network-online.target

[Service]
Type=simple
User=${user}
WorkingDirectory=${quote(root)}
ExecStart=${quote(node)} ${quote(join(root, 'scripts', 'up.mjs'))}
Environment=${quote(`BERTH_DATA_DIR=${dataDir}`)}
EnvironmentFile=-${join(root, '.env')}
# The first start after an upgrade installs and builds.
TimeoutStartSec=infinity
# Only the portal is told to stop: it closes its database itself, and desktops belong to Docker.
KillMode=mixed
TimeoutStopSec=40
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
`
}

/** systemd reads % as a specifier and splits at spaces. */
function quote(text: string): string {
  const escaped = text.replaceAll('%', '%%').replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return /[\s"\\]/.test(text) ? `"${escaped}"` : escaped
}
