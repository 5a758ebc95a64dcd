// A rolling upgrade runs two versions on one schema: whatever a migration does to what is there, processes of the version before must live with it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const folder = join(process.cwd(), 'prisma', 'migrations')
const migrations = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

/** What an older process could not live with, statement by statement. */
function problemsOf(sql: string): string[] {
  const statements = sql
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim().replaceAll(/\s+/g, ' '))
  const made = new Set(statements.flatMap((statement) => /^CREATE TABLE "(\w+)"/i.exec(statement)?.[1] ?? []))
  return statements.flatMap((statement) => {
    const table = /^(?:ALTER TABLE|CREATE UNIQUE INDEX .* ON) "(\w+)"/i.exec(statement)?.[1]
    if (table !== undefined && made.has(table)) return []
    // One action at a time, so that a default of one column does not excuse the next.
    const actions = statement.split(/,\s*(?=(?:ADD|ALTER|DROP) )/i)
    return actions.flatMap((action) =>
      rules.flatMap(({ test: breaks, why }) => (breaks.test(action) ? [`${why}: ${action}`] : [])),
    )
  })
}

const rules = [
  { test: /\bDROP (TABLE|COLUMN|TYPE|SCHEMA|DEFAULT)\b/i, why: 'an older process still reads or writes it' },
  { test: /\bRENAME\b/i, why: 'an older process knows the former name' },
  { test: /\bALTER COLUMN\b.*\b(TYPE|SET DATA TYPE)\b/i, why: 'an older process sends the former type' },
  { test: /\bSET NOT NULL\b/i, why: 'an older process writes NULL' },
  { test: /\bADD COLUMN\b(?!.*\bDEFAULT\b).*\bNOT NULL\b/i, why: 'an older process leaves it out' },
  { test: /\bDROP NOT NULL\b/i, why: 'an older process cannot read NULL' },
  { test: /^CREATE UNIQUE INDEX\b/i, why: 'an older process may write the same value twice' },
  { test: /\bALTER TYPE\b.*\bADD VALUE\b/i, why: 'an older process cannot read the new value' },
  { test: /\bADD CONSTRAINT\b.*\b(CHECK|UNIQUE)\b/i, why: 'an older process does not keep to it' },
  { test: /^(DELETE|TRUNCATE)\b/i, why: 'an older process may need the rows' },
] as const

/** What breaks an older process only once somebody uses what is new: said in docs/several-portals.md. */
const onlyOnceUsed: Record<string, string[]> = {
  '20261126114100_ready_sessions': [
    'an older process cannot read NULL: ALTER TABLE "GpuUse" ALTER COLUMN "userId" DROP NOT NULL',
    'an older process cannot read NULL: ALTER COLUMN "userId" DROP NOT NULL',
  ],
}

test.each(migrations)('%s lets processes of the version before go on', (name) => {
  expect(problemsOf(readFileSync(join(folder, name, 'migration.sql'), 'utf8'))).toEqual(onlyOnceUsed[name] ?? [])
})

describe('what breaks an older process is seen', () => {
  test.each([
    'ALTER TABLE "Agent" DROP COLUMN "name"',
    'DROP TABLE "Agent"',
    'ALTER TABLE "Agent" RENAME COLUMN "name" TO "label"',
    'ALTER TABLE "Agent" ADD COLUMN "size" INTEGER NOT NULL',
    'ALTER TABLE "Agent" ADD COLUMN "a" TEXT NOT NULL DEFAULT \'x\',\nADD COLUMN "b" TEXT NOT NULL',
    'ALTER TABLE "Agent" ADD COLUMN "b" TEXT NOT NULL,\nADD COLUMN "a" TEXT NOT NULL DEFAULT \'x\'',
    'ALTER TABLE "Agent" ALTER COLUMN "name" SET NOT NULL',
    'ALTER TABLE "Agent" ALTER COLUMN "name" DROP NOT NULL',
    'ALTER TABLE "Agent" ALTER COLUMN "name" SET DATA TYPE INTEGER',
    'ALTER TYPE "AgentStatus" ADD VALUE \'slow\'',
    'CREATE UNIQUE INDEX "x" ON "Agent"("name")',
  ])('%s', (sql) => {
    expect(problemsOf(`${sql};`)).toHaveLength(1)
  })
})

describe('what an older process does not notice passes', () => {
  test.each([
    'ALTER TABLE "Agent" ADD COLUMN "a" TEXT, ADD COLUMN "b" BOOLEAN NOT NULL DEFAULT false',
    'CREATE TABLE "New" ("id" TEXT NOT NULL); CREATE UNIQUE INDEX "n" ON "New"("id")',
    'CREATE INDEX "i" ON "Agent"("name")',
    'DROP INDEX "i"',
  ])('%s', (sql) => {
    expect(problemsOf(sql)).toEqual([])
  })
})
