// What every page is while the database does not answer: it says so, what goes on, and what to do. Nothing of Next, which would ask the database.
import { createHash } from 'node:crypto'
import { databaseUnreachable } from '@/lib/domain/health'
import { currentRequestId } from '@/lib/log'

const style =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-content:center;' +
  'padding:1rem;box-sizing:border-box;background:Canvas;color:CanvasText}main{max-width:34rem}h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:.5rem 0}'
const againAfterSeconds = 10

export function databasePage(): { status: number; headers: Record<string, string>; body: string } {
  const { code, text, hint } = databaseUnreachable
  const requestId = currentRequestId()
  const request = requestId === null ? '' : ` Request <code>${requestId}</code>.`
  const body =
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    `<title>${text}</title><meta http-equiv="refresh" content="${againAfterSeconds}"><style>${style}</style>` +
    `<main><h1>${text}</h1><p>${hint}</p><p><small><code>${code}</code>.${request} Tried again every ${againAfterSeconds} s.</small></p></main></html>\n`
  const hash = createHash('sha256').update(style).digest('base64')
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': String(againAfterSeconds),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
  return { status: 503, headers, body }
}
