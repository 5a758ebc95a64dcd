// Where portal and desktops can stand to each other in a browser, each as a real portal of its own.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { newPortalFacts, type PortalFacts } from '@/e2e/support/portal'

type Layout = {
  name: string
  form: 'domain' | 'port'
  /** With HTTPS, and names of its own. */
  names?: { portal: string; sessions: string }
  /** Cookies of one reach the other, so that some things a browser does not keep apart. */
  isOneSite: boolean
}

export const layouts: Layout[] = [
  { name: 'on another site, without HTTPS on one’s own machine', form: 'domain', isOneSite: false },
  {
    name: 'on another site',
    form: 'domain',
    names: { portal: 'portal.localhost', sessions: 'desks.localhost' },
    isOneSite: false,
  },
  {
    name: 'below the portal’s own name',
    form: 'domain',
    names: { portal: 'berth.localhost', sessions: 'berth.localhost' },
    isOneSite: true,
  },
  { name: 'on ports of the portal’s host', form: 'port', isOneSite: true },
]

export async function factsOf({ form, names }: Layout): Promise<PortalFacts> {
  const facts = await newPortalFacts(form)
  if (!names) return facts
  const altNames = [names.portal, `*.${names.sessions}`].map((value) => ({ type: 2 as const, value }))
  const made = await generate([{ name: 'commonName', value: names.portal }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames }],
  })
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(facts.dataDir, name))
  writeFileSync(cert ?? '', made.cert)
  writeFileSync(key ?? '', made.private, { mode: 0o600 })
  const url = `https://${names.portal}:${facts.environment.BERTH_PORT}`
  const environment = {
    ...facts.environment,
    BERTH_PUBLIC_URL: url,
    BERTH_SESSION_DOMAIN: names.sessions,
    BERTH_TLS_CERT: cert ?? '',
    BERTH_TLS_KEY: key ?? '',
  }
  return { ...facts, url, environment }
}
