// Connections that a desktop left open after an answer, for the next request to the very same start of its container. KasmVNC closes after every
// answer; other desktops do not, and a page with many files asks them over a few connections instead of dialling for each.
import type { Connection } from './connection'

/** Less than servers wait (Node's five seconds), so that one is seldom asked just as it hangs up; and a desktop is let go soon after its viewer. */
const idleMs = 1_500
const lookEveryMs = 500
/** As many as a browser asks over. */
const mostPerDesktop = 6
const mostInAll = 1_024

export type KeptConnections = {
  /** The one that was used last; it is the caller's from now on. */
  take(desktop: string): Connection | undefined
  keep(desktop: string, connection: Connection): void
  closeAll(): void
}

type Kept = { connection: Connection; sinceMs: number }

export function keptConnections(nowMs: () => number = () => performance.now()): KeptConnections {
  const byDesktop = new Map<string, Kept[]>()
  let count = 0
  let timer: NodeJS.Timeout | undefined

  /** Those that have waited longest stand first. */
  function closeFirst(desktop: string, kept: Kept[], howMany: number): void {
    const gone = kept.splice(0, howMany)
    count -= gone.length
    if (kept.length === 0) byDesktop.delete(desktop)
    for (const { connection } of gone) connection.drop()
  }

  function closeOld(): void {
    const before = nowMs() - idleMs
    for (const [desktop, kept] of byDesktop) {
      const firstYoung = kept.findIndex(({ sinceMs }) => sinceMs > before)
      closeFirst(desktop, kept, firstYoung === -1 ? kept.length : firstYoung)
    }
    if (count > 0) return
    clearInterval(timer)
    timer = undefined
  }

  function forget(desktop: string, connection: Connection): void {
    const kept = byDesktop.get(desktop)
    const index = kept?.findIndex((one) => one.connection === connection) ?? -1
    if (!kept || index === -1) return
    kept.splice(index, 1)
    count--
    if (kept.length === 0) byDesktop.delete(desktop)
  }

  return {
    take(desktop) {
      const kept = byDesktop.get(desktop)
      const last = kept?.pop()
      if (!last) return undefined
      count--
      if (kept?.length === 0) byDesktop.delete(desktop)
      return last.connection
    },
    keep(desktop, connection) {
      const { socket } = connection
      const kept = byDesktop.get(desktop) ?? []
      const isOpen = !socket.destroyed && socket.readable
      if (!isOpen || count >= mostInAll || kept.length >= mostPerDesktop) return connection.drop()
      connection.user = {
        onSecured() {},
        // Nobody asked it anything: what it says now could only be taken for the answer to a later question.
        take() {
          socket.destroy()
          return false
        },
        onClose: () => forget(desktop, connection),
      }
      kept.push({ connection, sinceMs: nowMs() })
      byDesktop.set(desktop, kept)
      count++
      timer ??= setInterval(closeOld, lookEveryMs).unref()
    },
    closeAll() {
      for (const [desktop, kept] of byDesktop) closeFirst(desktop, kept, kept.length)
    },
  }
}
