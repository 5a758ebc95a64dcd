/** The answer, or `late()` as the failure where it takes longer; what was asked goes on. For questions that cannot be called off by a signal. */
export function withinMs<T>(ms: number, answer: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
