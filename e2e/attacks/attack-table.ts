// The table of attacks: each row with what its tests saw in this run. What it says comes from outcomes, and rows.ts has the words.
import { findTaggedFiles, withoutTag } from './attack-tags'
import type { Outcome } from './outcomes'
import { type Row, rows } from './rows'

export type Seen = { row: Row; verdict: 'held' | 'failed' | 'left out' | 'not run'; text: string; tests: string[] }

/** `notRunHere`: files of tests that cannot run on this machine. */
export function seeRows(outcomes: readonly Outcome[], notRunHere: (file: string) => boolean): Seen[] {
  const tagged = findTaggedFiles()
  return rows.map((row) => {
    const own = outcomes.filter((outcome) => outcome.rows.includes(row.number) && outcome.state !== 'skipped')
    const failed = own.filter(({ state }) => state === 'failed')
    const tests = namesOf(own)
    if (row.leftOut !== undefined) return { row, verdict: 'left out', text: `left out: ${row.leftOut}`, tests }
    if (failed.length > 0) return { row, verdict: 'failed', text: `FAILED: ${namesOf(failed).join('; ')}`, tests }
    if (own.length > 0) return { row, verdict: 'held', text: `held in ${count(own.length, 'test')}`, tests }
    const files = tagged.filter((file) => file.rows.includes(row.number)).map(({ path }) => path)
    const isElsewhere = files.length > 0 && files.every(notRunHere)
    if (isElsewhere) return { row, verdict: 'not run', text: 'not run here: needs simulated hosts, that is root on Linux', tests }
    return { row, verdict: 'failed', text: `FAILED: no test of ${files.join(', ') || 'any file'} carried it out`, tests }
  })
}

/** One line for each test, however many times it ran: in both forms of a session's origin, for each row of a test.each. */
function namesOf(outcomes: readonly Outcome[]): string[] {
  const times = new Map<string, number>()
  for (const { file, test } of outcomes) {
    const name = `${withoutTag(test)} (\`${file}\`)`
    times.set(name, (times.get(name) ?? 0) + 1)
  }
  return [...times].map(([name, ran]) => (ran > 1 ? `${name}, ${ran} times` : name)).sort()
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`

export function asText(seen: readonly Seen[]): string {
  const lines = seen.map(({ row, text }) => {
    const not = row.not ? `\n       apart from: ${row.not}` : ''
    return `  ${String(row.number).padStart(2)}   ${row.attack}\n       expected: ${row.expected}\n       seen: ${text}${not}`
  })
  return `row   attack, expected, seen\n${lines.join('\n')}`
}

export function asPage(seen: readonly Seen[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const table = seen.map(({ row, text }) => {
    const not = row.not ? ` Apart from: ${row.not}` : ''
    return `| ${row.number} | ${cell(row.attack)} | ${cell(row.expected)} | ${cell(text)}.${cell(not)} |`.replaceAll('..', '.')
  })
  const tests = seen.flatMap(({ row, tests }) =>
    tests.length === 0 ? [] : [`**${row.number}. ${row.attack}**`, '', ...tests.map((test) => `- ${test}`), ''],
  )
  return `# Attacks

What went wrong in products of this kind, carried out against Berth. \`npm run test:attacks\` makes this page: it runs every test whose name has the number of a row, on a real portal, a real PostgreSQL, a
real Docker Engine and a real browser, and writes down what was seen. \`npm test\` runs the same tests among all others, and fails for a row that no test carried out. A row that is left out says why.

The words of the rows are in \`e2e/attacks/rows.ts\`; everything under *seen* comes from the run. To add a test to a row, write its number into the test's name: \`[attack 3]\`.

| row | attack | expected | seen |
|---|---|---|---|
${table.join('\n')}

## The tests

${tests.join('\n').trimEnd()}
`
}
