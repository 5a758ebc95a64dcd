/** Runs over the items, at most `limit` at once. One that fails does not stop the others; `run` deals with its own errors. */
export async function eachLimited<T>(limit: number, items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items]
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
}
