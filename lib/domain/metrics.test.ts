import { expect, test } from 'vitest'
import { byLabel, counter, gauge, metricsText } from './metrics'

test('a family has its help and type once, before its samples', () => {
  const text = metricsText([
    gauge('a', 'One.', [{ labels: { x: '1' }, value: 0.5 }, { value: 3 }]),
    counter('b_total', 'Two.', []),
  ])
  expect(text).toBe('# HELP a One.\n# TYPE a gauge\na{x="1"} 0.5\na 3\n# HELP b_total Two.\n# TYPE b_total counter\n')
})

test('no label value can end its line or begin another sample [attack 34]', () => {
  const text = metricsText([gauge('a', 'x\ny', [{ labels: { n: 'q"} 1\nb 2\\' }, value: 1 }])])
  expect(text).toBe('# HELP a x\\ny\n# TYPE a gauge\na{n="q\\"} 1\\nb 2\\\\"} 1\n')
})

test('numbers without an end are written as Prometheus reads them', () => {
  const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e21].map((value) => ({ value }))
  expect(
    metricsText([gauge('a', 'x', values)])
      .split('\n')
      .slice(2, 6),
  ).toEqual(['a +Inf', 'a -Inf', 'a NaN', 'a 1e+21'])
})

test('each known value of a label has a sample, with zero where nothing was counted', () => {
  expect(byLabel('state', ['up', 'down'], { up: 2 })).toEqual([
    { labels: { state: 'up' }, value: 2 },
    { labels: { state: 'down' }, value: 0 },
  ])
})
