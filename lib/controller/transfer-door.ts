// Files for the sessions of the agents that this controller leases: opens the door, and tells web processes where it is.
import { forgetControllerAddress, noteControllerAddress } from '@/lib/db/controller-addresses'
import { ownAddresses } from '@/lib/db/portal-addresses'
import { formatTransferAddress, type TransferAddress } from '@/lib/domain/transfer-address'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { serveTransfers } from './serve-transfer'
import { openTransferListener } from './transfer-listener'

/** `advertised`: how web processes reach it, where that differs. */
export type TransferPlace = { listen: TransferAddress; advertised: TransferAddress | null }

/** Who listens everywhere is reached at the first address that another machine could see. */
function reachable(host: string): string {
  return ['0.0.0.0', '::'].includes(host) ? (ownAddresses()[0] ?? '127.0.0.1') : host
}

const noteEveryMs = 3_600_000

export async function openTransferDoor(
  deps: ControllerDeps,
  { listen, advertised }: TransferPlace,
  actingOn: (agentId: string) => ActingAgent | undefined,
): Promise<{ close(): Promise<void> }> {
  const { db, keys, log, holder, clock } = deps
  const listener = await openTransferListener({ address: listen, keys, serve: serveTransfers(deps, actingOn), log })
  const { host, port } = advertised ?? { ...listen, host: reachable(listen.host) }
  const address = formatTransferAddress({ host, port: port === 0 ? listener.port : port })
  const note = () =>
    noteControllerAddress(db, holder, address, clock.now()).catch((err: unknown) =>
      log.warn({ err }, 'Where files are taken could not be noted; tried again'),
    )
  await note()
  const timer = setInterval(() => void note(), noteEveryMs)
  timer.unref()
  return {
    close: async () => {
      clearInterval(timer)
      await listener.close()
      await forgetControllerAddress(db, holder).catch(() => undefined)
    },
  }
}
