// Runs checks one after the other, prints each with its time, and goes on after a failure.

export type Checks = {
  /** What the check returns is printed beside it. */
  check(name: string, run: () => Promise<string | undefined>): Promise<void>
  failed: string[]
}

export function createChecks(print: (line: string) => void): Checks {
  const failed: string[] = []
  return {
    failed,
    async check(name, run) {
      const startedAt = performance.now()
      const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8)
      try {
        const detail = await run()
        print(`  ✓ ${seconds()}  ${name}${detail ? `: ${detail}` : ''}`)
      } catch (error) {
        failed.push(name)
        print(`  ✗ ${seconds()}  ${name}: ${error instanceof Error ? error.message : error}`)
      }
    },
  }
}
