// A peer that vanished without a word while something was on its way to it: the kernel then asks nobody whether he is there, it only sends again,
// for a quarter of an hour. On Linux it tells that it does.
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connectionKey, readConnections, unansweredMsIn } from './kernel-connections'

/** As long as keep-alive leaves a peer alone that says nothing. */
const silentMs = 45_000
/** Not for a way that is cut for a moment. */
const unansweredMs = 8_000
const lookEveryMs = 10_000
/** Where one is likely to have vanished. */
const lookAgainMs = 3_000

type Watched = {
  socket: Socket
  key: string
  bytesRead: number
  bytesWritten: number
  /** At the look before something may have been on its way to it. */
  owesAnswer: boolean
  heardAt: number
}

export type VanishedWatch = { watch(socket: Socket): void; look(): Promise<void> }

type Options = { read?: () => Promise<string>; nowMs?: () => number }

/** One look, at all there are; none while there is nobody to look at. */
export function watchVanished({ read = readConnections, nowMs = () => performance.now() }: Options = {}): VanishedWatch {
  const all = new Map<Socket, Watched>()
  let timer: NodeJS.Timeout | undefined
  let lookedAt = nowMs()

  async function look(): Promise<void> {
    const unanswered = unansweredMsIn(await read())
    const now = nowMs()
    let isAnyNear = false
    for (const one of all.values()) {
      const forMs = unanswered.get(one.key)
      note(one, forMs !== undefined, lookedAt)
      if (forMs === undefined || now - one.heardAt < silentMs) continue
      if (forMs >= unansweredMs) one.socket.destroy()
      else isAnyNear = true
    }
    lookedAt = now
    lookIn(isAnyNear ? lookAgainMs : lookEveryMs)
  }

  function lookIn(ms: number): void {
    clearTimeout(timer)
    timer = all.size > 0 ? setTimeout(() => void look(), ms).unref() : undefined
  }

  return {
    look,
    watch(socket) {
      const { localPort, remoteAddress, remotePort, bytesRead, bytesWritten } = socket
      // One that was reset has none any more.
      if (localPort === undefined || remoteAddress === undefined || remotePort === undefined) return
      const key = connectionKey(localPort, remoteAddress, remotePort)
      all.set(socket, { socket, key, bytesRead, bytesWritten, owesAnswer: false, heardAt: nowMs() })
      socket.once('close', () => all.delete(socket))
      if (!timer) lookIn(lookEveryMs)
    },
  }
}

/** Heard is who said something, and who has taken what was written before the last look: by now it would have been sent again. */
function note(one: Watched, isUnanswered: boolean, lookedAt: number): void {
  const { bytesRead, bytesWritten } = one.socket
  if (bytesRead !== one.bytesRead || (one.owesAnswer && !isUnanswered)) one.heardAt = Math.max(one.heardAt, lookedAt)
  one.owesAnswer = isUnanswered || bytesWritten !== one.bytesWritten
  one.bytesRead = bytesRead
  one.bytesWritten = bytesWritten
}

let shared: VanishedWatch | undefined

/** Whoever vanishes is closed on this side. */
export function closeOnceVanished(...held: Duplex[]): void {
  if (process.platform !== 'linux') return
  shared ??= watchVanished()
  for (const socket of held) if (socket instanceof Socket) shared.watch(socket)
}
