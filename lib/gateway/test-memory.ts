// What this process, gateway and test together, holds when everything that nobody holds any more is gone.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Sockets give up what they hold in turns of the loop after they were closed. */
export async function usedAfterCollecting(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
