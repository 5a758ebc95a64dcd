// `/.berth/enter?ticket=…`: a ticket is swapped for a cookie and the browser sent on, so that no token stays in any address.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Db } from '@/lib/db/client'
import { clipboardPolicyOf } from '@/lib/db/gateway-routes'
import { deleteGrant, redeemTicket } from '@/lib/db/grants'
import type { Clock } from '@/lib/domain/clock'
import { allowsIn, allowsOut, type TransferPolicy } from '@/lib/domain/transfer-policy'
import { hashToken, newToken } from '@/lib/secrets/tokens'
import { grantMs, type LiveGrant } from './admissions'
import { Refusal } from './refusal'
import { ownHeaders } from './response-headers'
import type { Addressed } from './session-address'
import { setCookieHeaders } from './session-cookie'

type Options = {
  db: Db
  clock: Clock
  portalOrigin: string
  isPlainHttp: boolean
  /** The right that the browser's cookie already gives, if any. */
  findAdmitted(req: IncomingMessage, addressed: Addressed): Promise<LiveGrant | undefined>
}

export type Enter = (req: IncomingMessage, res: ServerResponse, addressed: Addressed) => Promise<void>

export function enterWith({ db, clock, portalOrigin, isPlainHttp, findAdmitted }: Options): Enter {
  return async (req, res, addressed) => {
    const ticket = ticketOf(req)
    const known = await findAdmitted(req, addressed)
    const now = clock.now()
    const value = newToken()
    const redeemed = await redeemTicket(db, {
      address: addressed.session,
      ticketHash: hashToken(ticket),
      cookieHash: hashToken(value),
      expiresAt: new Date(now.getTime() + grantMs),
      now,
    })
    // Going back in the history asks with a used ticket: who is in already stays in.
    const sessionId = redeemed?.sessionId ?? known?.route.sessionId
    if (!sessionId) throw new Refusal('ticket_invalid')
    const headers: Record<string, string | string[]> = {
      ...ownHeaders(portalOrigin),
      Location: desktopLocation(portalOrigin, await clipboardPolicyOf(db, sessionId)),
      'Cache-Control': 'no-store',
    }
    if (redeemed && known?.givenBy === (redeemed.signInId ?? redeemed.apiKeyId)) {
      // A second tab: both go on with one cookie, since a new one would take the first tab's place in the browser.
      await deleteGrant(db, redeemed.id)
    } else if (redeemed) {
      headers['Set-Cookie'] = setCookieHeaders(addressed.session, redeemed.sessionId, value, isPlainHttp)
      // An earlier session of this port may have left settings that would lead this desktop's client elsewhere.
      if (addressed.session.kind === 'port') headers['Clear-Site-Data'] = '"storage"'
    }
    res.writeHead(303, headers)
    res.end()
  }
}

function ticketOf({ method, url }: IncomingMessage): string {
  if (method !== 'GET') throw new Refusal('method_not_allowed')
  return new URLSearchParams(url?.split('?')[1] ?? '').get('ticket') ?? ''
}

/** KasmVNC's client switches clipboard, resize and webp off inside a frame unless told otherwise, and leaves after 20 idle minutes. */
function desktopLocation(portalOrigin: string, clipboard: TransferPolicy): string {
  const query = new URLSearchParams({
    path: 'websockify',
    resize: 'remote',
    // Only a courtesy of the page: its desktop refuses by itself.
    clipboard_up: allowsIn(clipboard) ? '1' : '0',
    clipboard_down: allowsOut(clipboard) ? '1' : '0',
    clipboard_seamless: clipboard === 'off' ? '0' : '1',
    enable_webp: '1',
    idle_disconnect: '1440',
    reconnect: '1',
    portal: portalOrigin,
  })
  return `/vnc.html?${query}`
}
