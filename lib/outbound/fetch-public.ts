// Fetches what lies at an address that somebody typed or a document named. The only outgoing HTTP of the web processes: no credentials,
// every hop looked at again, the address that was checked is the one that is dialled, and size and time have bounds.
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import { type Allowed, allowedTargets, isPublicAddress } from './public-address'

export type FetchOptions = {
  /** Host names, addresses and CIDR ranges that may be asked although they are not public. */
  allow: readonly string[]
  maxBytes: number
  timeoutMs: number
  accept: string
  /** For tests: who says which addresses a name has. */
  resolve?: Resolve
}
export type Fetched = { bytes: Buffer; url: string }
export type Resolve = (host: string) => Promise<LookupAddress[]>

const maxRedirects = 4
const waysOut = 'To fetch from your own network, list the host or range in BERTH_FETCH_ALLOW.'

export async function fetchPublic(address: string, options: FetchOptions): Promise<Fetched> {
  const allowed = allowedTargets(options.allow)
  const signal = AbortSignal.timeout(options.timeoutMs)
  let url = checkedUrl(address, null)
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await ask(url, options, allowed, signal).catch((error: unknown) => {
      throw inWords(url, error, signal)
    })
    const { statusCode = 0 } = response
    if (statusCode >= 300 && statusCode < 400 && response.headers.location) {
      response.destroy()
      url = checkedUrl(response.headers.location, url)
      continue
    }
    const bytes = await readAll(url, response, options.maxBytes, signal)
    return { bytes, url: url.href }
  }
  throw failed(url, `It leads on more than ${maxRedirects} times.`)
}

function checkedUrl(address: string, from: URL | null): URL {
  const url = URL.parse(address, from?.href)
  if (!url || !/^https?:$/.test(url.protocol)) throw refused('Only https:// and http:// addresses are fetched.')
  if (url.username !== '' || url.password !== '') throw refused('An address with a user name or password is not fetched.')
  if (from?.protocol === 'https:' && url.protocol === 'http:') throw refused('It leads from https:// to http://.')
  url.hash = ''
  return url
}

function ask(url: URL, options: FetchOptions, allowed: Allowed, signal: AbortSignal): Promise<http.IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // A literal address is never looked up, so the check below would not see it.
  if (isIP(host) && !mayAsk(host, host, allowed)) throw notPublic(host)
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).get(
      url,
      {
        // A connection of its own: nothing that was opened for another check is used.
        agent: false,
        lookup: checkedLookup(allowed, options.resolve ?? resolveAll),
        signal,
        maxHeaderSize: 16 * 1024,
        headers: { accept: options.accept, 'accept-encoding': 'identity', 'user-agent': 'Berth', connection: 'close' },
      },
      resolve,
    )
    request.on('error', reject)
  })
}

/** For `net.connect`: one question to the DNS, every answer checked, and the checked ones are what is dialled. */
function checkedLookup(allowed: Allowed, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses
        if (!first) return callback(new Error(`${host} has no address`), '')
        if (!addresses.every(({ address }) => mayAsk(host, address, allowed))) return callback(notPublic(host), '')
        if (options.all) return callback(null, addresses)
        callback(null, first.address, first.family)
      },
      (error: Error) => callback(error, ''),
    )
  }
}

function resolveAll(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) =>
    dnsLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  )
}

function mayAsk(host: string, address: string, allowed: Allowed): boolean {
  return allowed.allowsHost(host) || allowed.allowsAddress(address) || isPublicAddress(address)
}

async function readAll(url: URL, response: http.IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  try {
    if (response.statusCode !== 200) throw failed(url, `It answered ${response.statusCode}.`)
    if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') throw failed(url, 'It answered compressed.')
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw failed(url, `It is larger than ${Math.floor(maxBytes / 1024)} KiB.`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks, size)
  } catch (error) {
    throw inWords(url, error, signal)
  } finally {
    response.destroy()
  }
}

const reasons: Record<string, string> = {
  ENOTFOUND: 'Its name has no address.',
  EAI_AGAIN: 'Its name could not be looked up.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection broke off.',
  EHOSTUNREACH: 'There is no way to it.',
  ENETUNREACH: 'There is no way to it.',
}

function inWords(url: URL, error: unknown, signal: AbortSignal): DomainError {
  if (isDomainError(error)) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (signal.aborted) return failed(url, 'There was no whole answer in time.', error)
  if (/CERT|TLS|SSL|SELF_SIGNED|ALTNAME/.test(code)) return failed(url, 'Its certificate cannot be trusted.', error)
  return failed(url, reasons[code] ?? 'It could not be read.', error)
}

function failed(url: URL, why: string, cause?: unknown): DomainError {
  return new DomainError('fetch_failed', { message: `${url.host} could not be fetched from. ${why}`, cause })
}

function refused(message: string): DomainError {
  return new DomainError('fetch_refused', { message })
}

/** The same whether the name leads into our network or the address was given: nothing is told about what is there. */
function notPublic(host: string): DomainError {
  return new DomainError('fetch_refused', { message: `${host} is not on the public internet.`, hint: waysOut })
}
