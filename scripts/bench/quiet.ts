// Waits until the machine has nothing to do: what an earlier step left behind, such as the session of a desktop that has just answered and still
// draws itself for two seconds, would be counted with whatever is measured next.
import { cpus } from 'node:os'

const lookEveryMs = 200
const quietShare = 0.12
const quietLooks = 3

/** Whether it became quiet within this time. */
export async function untilQuiet(mostMs = 8_000): Promise<boolean> {
  const until = performance.now() + mostMs
  for (let quiet = 0, before = busy(); performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    const now = busy()
    quiet = (now.busyMs - before.busyMs) / (now.allMs - before.allMs) < quietShare ? quiet + 1 : 0
    if (quiet === quietLooks) return true
    before = now
  }
  return false
}

function busy(): { busyMs: number; allMs: number } {
  const times = cpus().map((cpu) => cpu.times)
  const sum = (of: (cpu: (typeof times)[number]) => number) => times.reduce((total, cpu) => total + of(cpu), 0)
  const allMs = sum((cpu) => cpu.user + cpu.nice + cpu.sys + cpu.idle + cpu.irq)
  return { allMs, busyMs: allMs - sum((cpu) => cpu.idle) }
}
