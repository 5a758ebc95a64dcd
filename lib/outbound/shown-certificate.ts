// When the certificate ends that browsers are shown at an address, whoever shows it: a reverse proxy's is on no disk of the portal.
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { likeBrowsers } from './like-browsers'

/** An ISO time; null where nobody answers in time, or not with a certificate that browsers would believe, which a request says in words. */
export function shownCertificateEnd(
  { hostname, port }: URL,
  { timeoutMs, ca }: { timeoutMs: number; ca?: string },
): Promise<string | null> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      lookup: likeBrowsers,
      ...(ca === undefined ? {} : { ca }),
      ...(isIP(host) ? {} : { servername: host }),
    })
    const done = (endsAt: string | null) => {
      clearTimeout(timer)
      resolve(endsAt)
      socket.destroy()
    }
    const timer = setTimeout(() => done(null), timeoutMs)
    socket.once('error', () => done(null))
    socket.once('secureConnect', () => {
      const at = Date.parse(socket.getPeerCertificate().valid_to ?? '')
      done(Number.isNaN(at) ? null : new Date(at).toISOString())
    })
  })
}
