// A reporter for Playwright: writes down how each test of an attack ended, after its last try.
import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter'
import { rowsIn } from './attack-tags'
import { type Outcome, writeOutcomes } from './outcomes'

export default class PlaywrightOutcomes implements Reporter {
  #root: Suite | null = null
  #folder = ''

  onBegin(config: FullConfig, root: Suite): void {
    this.#root = root
    this.#folder = config.configFile?.replace(/e2e\/[^/]+$/, '') ?? ''
  }

  onEnd(): void {
    writeOutcomes((this.#root?.allTests() ?? []).flatMap((test) => this.#outcomeOf(test)))
  }

  #outcomeOf(test: TestCase): Outcome[] {
    const path = test.titlePath().slice(1)
    const rows = rowsIn(path.join(' '))
    if (rows.length === 0) return []
    // Without its project and its file.
    const around = [path[0] ?? '', ...path.slice(2, -1)].filter(Boolean).join(' > ')
    const ended = { expected: 'passed', flaky: 'passed', unexpected: 'failed', skipped: 'skipped' } as const
    return [{ file: test.location.file.replace(this.#folder, ''), test: test.title, around, rows, state: ended[test.outcome()] }]
  }
}
