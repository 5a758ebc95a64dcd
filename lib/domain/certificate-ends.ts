// Until when the certificates between the portal and an agent are good, and when somebody must be told.
const warnDaysBefore = 30

export type CertificateEnds = {
  /** The engine's, as it last showed it. */
  serverEndsAt: string | null
  /** The one that the portal shows to the engine. */
  clientEndsAt: string | null
  caEndsAt: string | null
  /** All three are renewed before they end without anybody's doing. */
  renewedByItself: boolean
}

export type EndingCertificate = { text: string; hint: string; endsAt: string }

/** The first that ends within thirty days, or has ended; in words. */
export function endingCertificate(ends: CertificateEnds | null, now: Date): EndingCertificate | null {
  if (!ends) return null
  const known = [
    { what: 'The certificate of the engine', endsAt: ends.serverEndsAt, hint: serverHint(ends) },
    { what: 'The certificate that the portal shows to it', endsAt: ends.clientEndsAt, hint: clientHint(ends) },
    { what: 'The CA of its certificates', endsAt: ends.caEndsAt, hint: caHint(ends) },
  ].flatMap(({ endsAt, ...rest }) => (endsAt === null ? [] : [{ ...rest, endsAt }]))
  const [first] = known.sort((a, b) => a.endsAt.localeCompare(b.endsAt))
  const left = first ? Date.parse(first.endsAt) - now.getTime() : Number.POSITIVE_INFINITY
  if (!first || left > warnDaysBefore * 86_400_000) return null
  return { text: `${first.what} ${inWords(left)}.`, hint: first.hint, endsAt: first.endsAt }
}

function inWords(leftMs: number): string {
  if (leftMs <= 0) return 'has ended'
  const days = Math.floor(leftMs / 86_400_000)
  if (days === 0) return 'ends within a day'
  return `ends in ${days} ${days === 1 ? 'day' : 'days'}`
}

function serverHint({ renewedByItself }: CertificateEnds): string {
  return renewedByItself
    ? 'The timer of the host should have renewed it: run berth-host refresh there, and see what it says.'
    : 'Make a new one with your CA, put it on the host and restart Docker there.'
}

function clientHint({ renewedByItself }: CertificateEnds): string {
  return renewedByItself
    ? 'The portal should have renewed it: see whether a controller runs, and its log.'
    : 'Make a new one with your CA and paste it on the edit page of the agent.'
}

function caHint({ renewedByItself }: CertificateEnds): string {
  return renewedByItself
    ? 'The portal should have renewed it: see whether a controller runs, and its log.'
    : 'Nothing that it signed is good after that: make a new one, and certificates with it, before then.'
}
