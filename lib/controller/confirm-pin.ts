// Whether a certificate that is seen on the way to a desktop is the desktop's own, by what its engine tells of it. It is asked once the desktop
// listens: by then it has made the one of this start.
import type { ContainerHost, SeenContainer } from '@/lib/domain/container-host'
import type { ReachWay } from '@/lib/domain/reach'

type ConfirmOnWay = (fingerprint: string, way: ReachWay) => Promise<boolean>

export function confirmThrough(host: ContainerHost, { sessionId, id }: SeenContainer, signal: AbortSignal): ConfirmOnWay {
  return async (fingerprint, way) => {
    const word = await host.compareCertificate({ sessionId, containerId: id }, fingerprint, signal)
    // Nothing inside tells of it: then the first one that is seen counts, where no network lies between.
    return word === 'same' || (word === 'unknown' && way !== 'published')
  }
}
