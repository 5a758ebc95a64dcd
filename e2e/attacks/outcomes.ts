// How the tests of attacks ended, as lines of JSON in the file that TEST_ATTACK_OUTCOMES names: vitest and Playwright both write there.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export type Outcome = {
  file: string
  /** The test's own name, with its tags. */
  test: string
  /** Of every describe around it, and of the project in Playwright. */
  around: string
  rows: number[]
  state: 'passed' | 'failed' | 'skipped'
}

export function writeOutcomes(outcomes: readonly Outcome[]): void {
  const path = process.env.TEST_ATTACK_OUTCOMES
  if (!path || outcomes.length === 0) return
  appendFileSync(path, outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''))
}

export function readOutcomes(path: string): Outcome[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Outcome)
}
