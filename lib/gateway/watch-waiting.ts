// A viewer whose answer is not ready yet: whether it left, or spoke out of turn.
import type { Duplex } from 'node:stream'

/** While the desktop is asked, the viewer may leave (a paused socket would not tell) but not speak. */
export function watchWaiting(client: Duplex, leave: () => void) {
  let left = client.destroyed
  const onGone = () => {
    left = true
    leave()
  }
  client.on('data', onGone)
  client.on('end', onGone)
  client.on('close', onGone)
  if (left) leave()
  return {
    hasLeft: () => left,
    end() {
      client.off('data', onGone)
      client.off('end', onGone)
      client.off('close', onGone)
      client.pause()
    },
  }
}
