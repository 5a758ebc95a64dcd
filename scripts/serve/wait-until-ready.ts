// Asks the portal's own health page until it answers: what is announced as ready has been seen to be ready.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '@/lib/config'
import { DomainError } from '@/lib/domain/errors'

const patienceMs = 60_000

export async function waitUntilReady(config: Config): Promise<void> {
  const until = Date.now() + patienceMs
  for (;;) {
    const answer = await askHealth(config)
    if (answer === '200') return
    if (Date.now() > until) {
      throw new DomainError('misconfigured', {
        message: `The portal started but /api/health answers ${answer}.`,
        hint: 'The log says why.',
      })
    }
    await delay(200)
  }
}

function askHealth(config: Config): Promise<string> {
  // It may listen on every address; it is reached over the one that needs no network. The certificate is for other names.
  const host = ['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host
  const options = { host, port: config.port, path: '/api/health', timeout: 5000, headers: { host: config.publicUrl.host } }
  return new Promise((resolve) => {
    const done = (answer: number | undefined) => resolve(String(answer ?? 'nothing'))
    const call =
      config.tls.kind === 'none'
        ? requestHttp(options, (response) => done(response.resume().statusCode))
        : requestHttps({ ...options, rejectUnauthorized: false }, (response) => done(response.resume().statusCode))
    call.on('timeout', () => call.destroy(new Error('timeout')))
    call.on('error', (error) => resolve(error.message))
    call.end()
  })
}
