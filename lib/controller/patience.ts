// A call to an engine may hang for as long as its deadline. It goes on, but what waits for its turn behind it waits no longer than this.
export const patienceMs = 15_000

/** Ends with the work, or before it where that takes long. */
export async function withinPatience(work: Promise<void>, ms = patienceMs): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
