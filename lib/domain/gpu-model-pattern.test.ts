import { expect, test } from 'vitest'
import { GpuModelPattern, matchesGpuModel } from './gpu-model-pattern'

test.each([
  ['NVIDIA H100 80GB HBM3', 'H100*', true],
  ['NVIDIA H100 80GB HBM3', 'nvidia h100*', true],
  ['NVIDIA H100 80GB HBM3', '*80GB*', true],
  ['NVIDIA H100 80GB HBM3', '*', true],
  ['NVIDIA H100 80GB HBM3', 'H100', false],
  ['NVIDIA H100 80GB HBM3', 'A100*', false],
  ['NVIDIA H100 80GB HBM3', 'H*HBM3', true],
  ['NVIDIA H100 80GB HBM3', 'H*HBM', false],
  ['Tesla T4', 'tesla t4', true],
  ['Tesla T4', 'T4', false],
  ['aba', 'ab*ba', false],
  ['NVIDIA L40S', 'l40.', false],
])('%s is a %s: %s', (model, pattern, fits) => {
  expect(matchesGpuModel(pattern, model)).toBe(fits)
})

test('a pattern made to be slow is answered at once', () => {
  const started = performance.now()
  expect(matchesGpuModel(`${'*a'.repeat(39)}b`, 'a'.repeat(100_000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(200)
})

test.each(['', '   ', 'a\nb', '[a-z]+', 'H100$', 'x'.repeat(81)])('%j is no pattern', (pattern) => {
  expect(GpuModelPattern.safeParse(pattern).success).toBe(false)
})
