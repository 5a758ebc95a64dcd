// One question to the database for all who ask about the same time. Whoever asks is answered from a question that began after he asked, and only
// one is under way at once: two hundred agents that start together must not line up two hundred connections.
import { setTimeout as sleep } from 'node:timers/promises'

type Waiting<T> = { resolve: (value: T | undefined) => void; reject: (error: unknown) => void }

export type Batched<T> = (id: string) => Promise<T | undefined>

export function batched<T>(
  load: (ids: string[]) => Promise<ReadonlyMap<string, T>>,
  { gatherMs, most }: { gatherMs: number; most: number },
): Batched<T> {
  const waiting = new Map<string, Waiting<T>[]>()
  let isBusy = false

  async function askOnce(): Promise<void> {
    const taken = new Map([...waiting].slice(0, most))
    for (const id of taken.keys()) waiting.delete(id)
    const all = [...taken].flatMap(([id, each]) => each.map((one) => ({ id, ...one })))
    try {
      const found = await load([...taken.keys()])
      for (const { id, resolve } of all) resolve(found.get(id))
    } catch (error) {
      for (const { reject } of all) reject(error)
    }
  }

  async function askAll(): Promise<void> {
    isBusy = true
    while (waiting.size > 0) {
      await sleep(gatherMs)
      await askOnce()
    }
    isBusy = false
  }

  return (id) =>
    new Promise((resolve, reject) => {
      waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }])
      if (!isBusy) void askAll()
    })
}
