// The page for each refusal, made once per process: plain, inert, and the same for whoever gets it but for the request's id.
import { createHash } from 'node:crypto'
import { type RefusalCode, refusals } from './refusal'
import { ownHeaders } from './response-headers'

export type RefusalPage = { status: number; headers: Record<string, string>; body: Buffer }

type MadePage = { status: number; headers: Record<string, string>; before: string; after: string }

const requestPlace = '<!--request-->'
const style =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-content:center;' +
  'padding:1rem;box-sizing:border-box;background:Canvas;color:CanvasText}main{max-width:32rem}h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:.25rem 0}'

/** Returns what makes the page of a refusal; `portalOrigin` is the only site that may frame it and hears its message. */
export function refusalPages(portalOrigin: string): (code: RefusalCode, requestId: string | null) => RefusalPage {
  const made = new Map<RefusalCode, MadePage>()
  return (code, requestId) => {
    const page = made.get(code) ?? makePage(code, portalOrigin)
    made.set(code, page)
    return ofRequest(page, requestId)
  }
}

function makePage(code: RefusalCode, portalOrigin: string): MadePage {
  const entry: (typeof refusals)[RefusalCode] & { post?: { action: string; value?: string } } = refusals[code]
  const script = entry.post ? `if(parent!==window)parent.postMessage(${inScript(entry.post)},${inScript(portalOrigin)})` : ''
  const text =
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${inHtml(entry.title)}</title><style>${style}</style><main><h1>${inHtml(entry.title)}</h1><p>${inHtml(entry.text)}</p>` +
    `<p><a href="${inHtml(portalOrigin)}/" target="_top" rel="noreferrer">To the portal</a></p>${requestPlace}</main>` +
    `${script ? `<script>${script}</script>` : ''}</html>\n`
  const csp = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src ${script ? `'${hashOf(script)}'` : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${portalOrigin}`,
  ]
  const headers: Record<string, string> = {
    ...ownHeaders(portalOrigin),
    'Content-Security-Policy': csp.join('; '),
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  }
  if (entry.status === 405) headers.Allow = 'GET, HEAD'
  if (entry.status === 503) headers['Retry-After'] = '2'
  const [before = '', after = ''] = text.split(requestPlace)
  return { status: entry.status, headers, before, after }
}

/** For one request: the log says under its id what went wrong. */
function ofRequest({ status, headers, before, after }: MadePage, requestId: string | null): RefusalPage {
  const told = requestId === null ? '' : `<p>Request <code>${inHtml(requestId)}</code></p>`
  const body = Buffer.from(`${before}${told}${after}`)
  const own = requestId === null ? {} : { 'X-Request-Id': requestId }
  return { status, headers: { ...headers, ...own, 'Content-Length': String(body.length) }, body }
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function inHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function inScript(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c')
}
