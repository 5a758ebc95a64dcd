import { expect, test } from 'vitest'
import { sortHref, tableHref } from './table-url'

const url = { path: '/admin/images', params: { search: 'py torch', page: '3', state: ['on', 'off'], empty: undefined } }

test('filters stay when one of them changes, and the list starts at page one again', () => {
  expect(tableHref(url, { search: 'gpu' })).toBe('/admin/images?search=gpu&state=on&state=off')
})

test('going to a page keeps everything else', () => {
  expect(tableHref(url, { page: 4 })).toBe('/admin/images?search=py+torch&page=4&state=on&state=off')
})

test('what is the default leaves no trace in the address', () => {
  expect(tableHref({ path: '/x', params: { page: '2', search: 'a' } }, { page: 1, search: null })).toBe('/x')
  expect(tableHref({ path: '/x', params: {} }, { search: '' })).toBe('/x')
})

test('a value from elsewhere cannot add parameters of its own', () => {
  expect(tableHref({ path: '/x', params: {} }, { search: 'a&sort=evil#b' })).toBe('/x?search=a%26sort%3Devil%23b')
})

test('a second press on a header turns the order round, another header starts anew', () => {
  const plain = { path: '/x', params: {} }
  expect(sortHref(plain, null, 'name')).toBe('/x?sort=name&direction=asc')
  expect(sortHref(plain, { column: 'name', direction: 'asc' }, 'name')).toBe('/x?sort=name&direction=desc')
  expect(sortHref(plain, { column: 'name', direction: 'desc' }, 'name')).toBe('/x?sort=name&direction=asc')
  expect(sortHref(plain, { column: 'name', direction: 'desc' }, 'changed', 'desc')).toBe('/x?sort=changed&direction=desc')
})
