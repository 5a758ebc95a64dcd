import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const css = readFileSync(fileURLToPath(new URL('../../app/globals.css', import.meta.url)), 'utf8')

function tokensIn(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]))
}

const [lightCss = '', darkCss = ''] = css.split('@theme')[0]?.split('@media (prefers-color-scheme: dark)') ?? []
const light = tokensIn(lightCss)
const schemes = { light, dark: { ...light, ...tokensIn(darkCss) } }

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

const grounds = ['canvas', 'surface', 'raised', 'sunken', 'hover']
const tones = ['ok', 'warn', 'danger']
const texts = [
  ...grounds.flatMap((ground) => ['ink', 'muted', 'accent-ink', ...tones].map((text) => [text, ground])),
  ...tones.flatMap((tone) => [tone, 'ink', 'muted'].map((text) => [text, `${tone}-soft`])),
  ['accent-ink', 'accent-soft'],
  ['muted', 'accent-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['on-danger', 'danger-solid'],
  ['on-danger', 'danger-solid-strong'],
]
const edges = ['canvas', 'surface', 'raised'].flatMap((ground) => ['control', 'accent'].map((edge) => [edge, ground]))

describe.each(Object.entries(schemes))('in the %s scheme', (_, tokens) => {
  test('every text colour is readable on everything it may stand on', () => {
    const poor = texts.filter(([text = '', ground = '']) => !(contrast(tokens[text] ?? '', tokens[ground] ?? '') >= 4.5))
    expect(poor).toEqual([])
  })

  test('edges of controls and focus rings stand out from what is around them', () => {
    const poor = edges.filter(([edge = '', ground = '']) => !(contrast(tokens[edge] ?? '', tokens[ground] ?? '') >= 3))
    expect(poor).toEqual([])
  })
})
