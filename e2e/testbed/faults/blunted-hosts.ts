// Engines that a controller cannot hear, or cannot look at as a whole: what makes up for the one must be the other.
import type { OpenHost } from '@/lib/domain/container-host'

/** The worst way in which events can break: the stream stays open and says nothing. */
export function deafHost(openHost: OpenHost): OpenHost {
  return (connection, installId) => ({
    ...openHost(connection, installId),
    // biome-ignore lint/correctness/useYield: a stream that says nothing is what is meant.
    watch: async function* (signal) {
      await untilAborted(signal)
    },
  })
}

/** Listing never ends, and with it no pass does. */
export function sightlessHost(openHost: OpenHost): OpenHost {
  return (connection, installId) => ({
    ...openHost(connection, installId),
    list: async (signal) => {
      await untilAborted(signal)
      throw signal.reason
    },
  })
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
