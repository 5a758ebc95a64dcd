import { expect, test } from 'vitest'
import { registryLoginProblems } from './use-registry-login'

test('a login wants both a user name and a password, and says which is missing', () => {
  expect(registryLoginProblems({ user: 'puller', password: 'secret' })).toEqual({})
  expect(registryLoginProblems({ user: ' ', password: '' })).toEqual({
    user: 'Give the user name.',
    password: 'Give the password or token.',
  })
})
