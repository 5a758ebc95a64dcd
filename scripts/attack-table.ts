// Prints the table of attacks from the outcomes of a run, and fails for a row that did not hold. `--write`: makes docs/attacks.md as well.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asPage, asText, seeRows } from '@/e2e/attacks/attack-table'
import { readOutcomes } from '@/e2e/attacks/outcomes'

const path = join(import.meta.dirname, '..', 'docs', 'attacks.md')
const outcomes = process.env.TEST_ATTACK_OUTCOMES
const canSimulateHosts = process.platform === 'linux' && process.getuid?.() === 0

function main(): number {
  if (!outcomes) {
    console.error('There are no outcomes of a run: use npm run test:attacks, or npm test.')
    return 2
  }
  const seen = seeRows(readOutcomes(outcomes), (file) => !canSimulateHosts && file.startsWith('e2e/testbed/'))
  console.log(asText(seen))
  const failed = seen.filter(({ verdict }) => verdict === 'failed')
  if (failed.length > 0) {
    console.error(`\nDid not hold: ${failed.map(({ row }) => row.number).join(', ')}`)
    return 1
  }
  const page = asPage(seen)
  const isWhole = seen.every(({ verdict }) => verdict !== 'not run')
  if (existsSync(path) && readFileSync(path, 'utf8') === page) return 0
  if (isWhole && process.argv.includes('--write')) {
    writeFileSync(path, page)
    console.log('\nWrote docs/attacks.md')
  } else console.log('\ndocs/attacks.md says something else: npm run test:attacks, as root on Linux, makes it anew.')
  return 0
}

process.exitCode = main()
