// Where a session lives in the browser: an origin of its own, by host name or by port.

export type SessionOriginRules = { mode: 'domain'; publicUrl: URL; sessionDomain: string } | { mode: 'port'; publicUrl: URL }

/** `https://<session>.<domain>[:port]`, or the portal's host with the session's own port. */
export function sessionOrigin(rules: SessionOriginRules, session: { id: string; gatewayPort: number | null }): string {
  if (rules.mode === 'domain') {
    const port = rules.publicUrl.port ? `:${rules.publicUrl.port}` : ''
    return `${rules.publicUrl.protocol}//${session.id}.${rules.sessionDomain}${port}`
  }
  if (session.gatewayPort === null) throw new Error(`session ${session.id} has no port`)
  return `https://${rules.publicUrl.hostname}:${session.gatewayPort}`
}

/** Exact: one label that is a session id, then the domain, then the portal's port. Anything else is not a session. */
export function sessionIdOfHost(host: string | undefined, sessionDomain: string): string | null {
  if (!host) return null
  const match = /^([a-z][a-z2-7]{23})\.([a-z0-9.-]+?)(?::\d{1,5})?$/.exec(host)
  return match?.[2] === sessionDomain ? (match[1] ?? null) : null
}

/** The longest name at which a page of `*.sessionDomain` may set cookies that the portal's host gets too; browsers allow none at a top-level name. */
export function sharedParent(portalHost: string, sessionDomain: string): string | null {
  const portal = portalHost.toLowerCase().split('.').reverse()
  const session = sessionDomain.toLowerCase().split('.').reverse()
  const differsAt = portal.findIndex((label, index) => label !== session[index])
  const common = portal.slice(0, differsAt === -1 ? portal.length : differsAt)
  return common.length > 1 ? common.reverse().join('.') : null
}
