// The script that makes a Docker host an agent, as this portal serves it: its own address and certificate are the only things put into it.
import { hostScript } from '@/lib/domain/host-script/host-script'
import type { Deps } from './deps'
import { selfMadeCertificate } from './portal-certificate'

export async function readHostScript({ config }: Deps): Promise<string> {
  return hostScript({ origin: config.publicUrl.origin, certificate: await selfMadeCertificate(config) })
}
