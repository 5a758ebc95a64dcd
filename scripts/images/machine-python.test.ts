import { expect, test } from 'vitest'
import { pythonSettings } from './machine-python'

test('the index of pip’s configuration serves pip and uv', () => {
  const { environment } = pythonSettings("global.index-url='https://pypi.example/simple'\nglobal.timeout='60'\n", {})
  expect(environment).toEqual({
    UV_DEFAULT_INDEX: 'https://pypi.example/simple',
    PIP_INDEX_URL: 'https://pypi.example/simple',
  })
})

test('a variable wins over the configuration, and uv’s over pip’s', () => {
  const listed = "global.index-url='https://file.example/'\n"
  expect(pythonSettings(listed, { PIP_INDEX_URL: 'https://pip.example/' }).environment.UV_DEFAULT_INDEX).toBe(
    'https://pip.example/',
  )
  const both = { PIP_INDEX_URL: 'https://pip.example/', UV_DEFAULT_INDEX: 'https://uv.example/' }
  expect(pythonSettings(listed, both).environment.PIP_INDEX_URL).toBe('https://uv.example/')
})

test('several extra indexes and proxies go along', () => {
  const listed = "global.extra-index-url='\\nhttps://a.example/\\nhttps://b.example/'\n"
  expect(pythonSettings(listed, { https_proxy: 'http://proxy.example:3128' }).environment).toEqual({
    UV_INDEX: 'https://a.example/ https://b.example/',
    PIP_EXTRA_INDEX_URL: 'https://a.example/ https://b.example/',
    https_proxy: 'http://proxy.example:3128',
    HTTPS_PROXY: 'http://proxy.example:3128',
  })
})

test.each(['https://me:secret@pypi.example/simple', 'file:///srv/wheels'])(
  'an address with a password, or of this machine’s disk, stays here and is named (%s)',
  (index) => {
    expect(pythonSettings('', { PIP_INDEX_URL: index })).toEqual({ environment: {}, leftOut: ['UV_DEFAULT_INDEX'] })
  },
)

test('a machine without settings of its own adds none', () => {
  expect(pythonSettings('', {})).toEqual({ environment: {}, leftOut: [] })
})
