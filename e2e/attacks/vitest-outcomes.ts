// A reporter for vitest: writes down how each test of an attack ended.
import type { Reporter, TestModule } from 'vitest/node'
import { rowsIn } from './attack-tags'
import { type Outcome, writeOutcomes } from './outcomes'

export default class VitestOutcomes implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const outcomes: Outcome[] = []
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      const rows = rowsIn(test.fullName)
      const around = test.fullName.slice(0, -test.name.length).replace(/ > $/, '')
      if (rows.length > 0 && state !== 'pending')
        outcomes.push({ file: module.relativeModuleId, test: test.name, around, rows, state })
    }
    writeOutcomes(outcomes)
  }
}
