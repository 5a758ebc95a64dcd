import { describe, expect, test } from 'vitest'
import { findActionNames, findPages, findRoutes } from '@/e2e/entry-points'
import { actionRows, routeRows } from './rows'
import { pageIdOf, plainParams } from './sweep'

describe('the sweep with foreign ids', () => {
  test('has a row for every method of every route, and none that is stale [attack 21]', () => {
    const served = findRoutes().flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`))
    expect(served.filter((key) => !routeRows[key])).toEqual([])
    expect(Object.keys(routeRows).filter((key) => !served.includes(key))).toEqual([])
    expect(findRoutes().filter(({ methods }) => methods.length === 0)).toEqual([])
  })

  test('has a row for every server action, and none that is stale [attack 21]', () => {
    const names = findActionNames().map(({ name }) => name)
    expect(names.filter((name) => !actionRows[name])).toEqual([])
    expect(Object.keys(actionRows).filter((name) => !names.includes(name))).toEqual([])
  })

  test('knows what every parameter of a route or page is the id of [attack 21]', () => {
    const all = [...findRoutes(), ...findPages()].flatMap(({ path, params }) => params.map((param) => ({ path, param })))
    expect(all.filter(({ path, param }) => pageIdOf(path, param) === null && !plainParams[param])).toEqual([])
  })
})
