// Every column that holds sealed values, and what each value is bound to: whoever changes the secret must find them all.
import { sealContext } from './seal-contexts'

export type SealedColumn = { table: string; column: string; context: (id: string) => string }

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'Agent', column: 'keySealed', context: sealContext.agentKey },
  { table: 'HostAuthority', column: 'caKeySealed', context: sealContext.hostAuthority },
  { table: 'HostAuthority', column: 'keySealed', context: sealContext.portalKey },
  { table: 'ImagePush', column: 'registryPasswordSealed', context: sealContext.pushPassword },
  { table: 'PortalSshKey', column: 'keySealed', context: sealContext.portalSshKey },
  { table: 'Question', column: 'inputSealed', context: sealContext.question },
  { table: 'Session', column: 'credentialSealed', context: sealContext.credential },
  { table: 'WorkspaceImage', column: 'registryPasswordSealed', context: sealContext.registryPassword },
]
