// Dials engines over TLS and keeps in mind until when the certificate is good that they last showed.
import { Agent, type AgentOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'

export class WatchingAgent extends Agent {
  serverCertEndsAt: Date | null = null

  override createConnection(...given: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    const socket = super.createConnection(...given) as TLSSocket | undefined
    socket?.once('secureConnect', () => {
      const ends = Date.parse(socket.getPeerCertificate().valid_to ?? '')
      if (!Number.isNaN(ends)) this.serverCertEndsAt = new Date(ends)
    })
    return socket as ReturnType<Agent['createConnection']>
  }
}

export function newWatchingAgent(options: AgentOptions): WatchingAgent {
  return new WatchingAgent({ ...options, minVersion: 'TLSv1.2', keepAlive: false, rejectUnauthorized: true })
}
