import { describe, expect, test } from 'vitest'
import { contentSecurityPolicy } from './content-security-policy'

const at = (publicUrl: string, sessionDomain: string | null) =>
  contentSecurityPolicy({ publicUrl: new URL(publicUrl), sessionDomain, production: true }, 'N0NCE')

describe('the policy of every page', () => {
  test('runs scripts of this answer only, and nobody may frame it [attack 4, 34]', () => {
    const policy = at('https://berth.example.org', 'desk.example.net')
    expect(policy).toContain("script-src 'self' 'nonce-N0NCE' 'strict-dynamic';")
    expect(policy).not.toContain('unsafe-eval')
    for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"]) {
      expect(policy).toContain(part)
    }
  })

  test('frames only desktops, in both forms of their origin [attack 4]', () => {
    expect(at('https://berth.example.org', 'desk.example.net')).toContain('frame-src https://*.desk.example.net;')
    expect(at('http://localhost:7080', 'localhost')).toContain('frame-src http://*.localhost:7080;')
    expect(at('https://10.0.0.5:7080', null)).toContain('frame-src https://10.0.0.5:*;')
  })
})
