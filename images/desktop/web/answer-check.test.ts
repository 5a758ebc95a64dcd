import { beforeEach, expect, test } from 'vitest'
import { AnswerCheck, lookEveryMs } from './answer-check'

let asked: number[]
let told: [number, boolean][]
let canAsk: boolean
let now: number
let check: AnswerCheck

beforeEach(() => {
  ;[asked, told, canAsk, now] = [[], [], true, 0]
  check = new AnswerCheck({
    ask: () => {
      if (canAsk) asked.push(now)
      return canAsk
    },
    tell: (answers) => told.push([now, answers]),
  })
  check.begin(now)
})

/** As the page's own timer looks. */
function pass(ms: number): void {
  for (const until = now + ms; now < until; ) {
    now += lookEveryMs
    check.look(now)
  }
}

test('a desktop that says something is not asked', () => {
  for (let i = 0; i < 10; i++) {
    pass(8_000)
    check.heard(now)
  }
  expect([asked, told]).toEqual([[], []])
})

test('one that answers is asked again only after it was quiet for as long again, and nothing is told', () => {
  for (let i = 0; i < 3; i++) {
    pass(10_000)
    check.heard(now)
  }
  expect([asked, told]).toEqual([[10_000, 20_000, 30_000], []])
})

test('one that does not answer is told of once, and once that it answers again', () => {
  pass(60_000)
  expect([asked, told]).toEqual([[10_000], [[20_000, false]]])
  check.heard(now)
  check.heard(now)
  expect(told).toEqual([
    [20_000, false],
    [60_000, true],
  ])
  pass(20_000)
  expect(told.at(-1)).toEqual([80_000, false])
})

test('a computer that slept is no silence', () => {
  pass(12_000)
  now += 3_600_000
  check.look(now)
  expect(told).toEqual([])
  pass(8_000)
  expect(asked).toHaveLength(1)
})

test('a new connection forgets the silence of the last one', () => {
  pass(20_000)
  check.begin(now)
  expect(told.at(-1)).toEqual([20_000, true])
})

test('one that cannot be asked is never called silent', () => {
  canAsk = false
  pass(120_000)
  expect(told).toEqual([])
})
