import { describe, expect, it } from 'vitest'
import { addressProblem } from './address-problem'

const publicOrigin = 'http://localhost:3000'

describe('addressProblem', () => {
  it('has nothing to say at the public address', () => {
    expect(addressProblem({ origin: publicOrigin, isSecure: true }, publicOrigin)).toBeNull()
  })

  it('names the right address where host, port or scheme differ', () => {
    for (const origin of ['http://127.0.0.1:3000', 'http://localhost:3001', 'https://localhost:3000']) {
      const problem = addressProblem({ origin, isSecure: true }, publicOrigin)
      expect(problem?.openInstead).toBe(publicOrigin)
      expect(problem?.text).toContain(origin)
    }
  })

  it('warns on a page that the browser does not take for secure, at the right address too', () => {
    const lan = 'http://10.0.0.5:3000'
    expect(addressProblem({ origin: lan, isSecure: false }, lan)).toMatchObject({
      openInstead: null,
      title: expect.stringContaining('HTTPS'),
    })
  })
})
