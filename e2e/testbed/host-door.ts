// The portal's door for hosts, for tests without pages: the very routes that Next serves, behind HTTPS with a certificate that the portal made.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import * as addresses from '@/app/api/v1/host/addresses/route'
import * as certificate from '@/app/api/v1/host/certificate/route'
import * as registration from '@/app/api/v1/host/registration/route'
import * as renewal from '@/app/api/v1/host/renewal/route'
import * as script from '@/app/api/v1/host/script/route'
import { ensureGeneratedCertificate } from '@/lib/gateway/generated-certificate'
import type { Deps } from '@/lib/use-cases/deps'

const routes: Record<string, typeof script> = { addresses, certificate, registration, renewal, script }

export async function openHostDoor(deps: Deps): Promise<Server> {
  const { config, clock } = deps
  const made = await ensureGeneratedCertificate({ dataDir: config.dataDir, publicHost: config.publicUrl.hostname, clock })
  Object.assign(globalThis, { berthWebDeps: deps })
  const server = createServer(made, (request, response) => void answer(request, response, config.publicUrl.origin))
  await new Promise<void>((resolve) => server.listen(Number(config.publicUrl.port), config.publicUrl.hostname, resolve))
  return server
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, origin: string): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const method = incoming.method === 'POST' ? 'POST' : 'GET'
  const headers = {
    'content-type': incoming.headers['content-type'] ?? '',
    // As the server in front of Next writes it.
    'x-forwarded-for': incoming.socket.remoteAddress ?? '',
  }
  const request = new Request(`${origin}${incoming.url}`, {
    method,
    headers,
    ...(method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
  })
  const route = routes[(incoming.url ?? '').replace('/api/v1/host/', '')]
  if (!route) return void outgoing.writeHead(404).end()
  const response = await route[method](request, { params: Promise.resolve({}) })
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer()))
}
