// The script as a portal serves it: the parts in order, with the portal's address and certificate and nothing else put in.
import { certificatePart } from './certificate-part'
import { checkPart } from './check-part'
import { daemonFilePart } from './daemon-file-part'
import { enginePart } from './engine-part'
import { filterPart } from './filter-part'
import { framePart } from './frame-part'
import { isPlainOrigin } from './host-command'
import { mainPart } from './main-part'
import { portalPart } from './portal-part'
import { restartPart } from './restart-part'
import { schedulePart } from './schedule-part'
import { uninstallPart } from './uninstall-part'

export type HostScript = { origin: string; certificate: string | null }

export function hostScript({ origin, certificate }: HostScript): string {
  if (!isPlainOrigin(origin)) throw new Error(`${origin} cannot stand in a shell.`)
  if (certificate !== null && !/^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n$/.test(certificate))
    throw new Error('The certificate of the portal cannot stand in a shell.')
  const settings = `PORTAL='${origin}'\n# What the portal shows, where no authority that everybody knows has signed it; empty where one has.\nPORTAL_CERTIFICATE='${(certificate ?? '').trimEnd()}'\n`
  const parts = [
    framePart,
    checkPart,
    portalPart,
    certificatePart,
    daemonFilePart,
    restartPart,
    enginePart,
    filterPart,
    schedulePart,
    uninstallPart,
    mainPart,
  ]
  return parts.map((part) => part.replace('@SETTINGS@', () => settings).replace(/^\n/, '')).join('\n')
}
