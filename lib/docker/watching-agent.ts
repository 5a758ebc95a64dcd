// Dials engines over TLS and keeps in mind until when the certificate is good that they last showed.
import { Agent, type AgentOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { DomainError } from '@/lib/domain/errors'

export class WatchingAgent extends Agent {
  serverCertEndsAt: Date | null = null

  constructor(
    options: AgentOptions,
    private readonly greetWithinMs: number,
  ) {
    super(options)
  }

  override createConnection(...given: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    const socket = super.createConnection(...given) as TLSSocket | undefined
    if (socket) giveUpInTime(socket, this.greetWithinMs)
    socket?.once('secureConnect', () => {
      const ends = Date.parse(socket.getPeerCertificate().valid_to ?? '')
      if (!Number.isNaN(ends)) this.serverCertEndsAt = new Date(ends)
    })
    return socket as ReturnType<Agent['createConnection']>
  }
}

const connectWithinMs = 5_000

/** Silence before and after the connection stands has different causes. */
function giveUpInTime(socket: TLSSocket, greetWithinMs: number): void {
  const silence = (words: { message: string; hint: string }) => socket.destroy(new DomainError('agent_timeout', words))
  let timer = setTimeout(() => silence(filtered), connectWithinMs)
  socket.once('connect', () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence(mute), greetWithinMs)
  })
  const done = () => clearTimeout(timer)
  socket.once('secureConnect', done).once('close', done)
}

const filtered = {
  message: `Nothing answered at the agent’s address within ${connectWithinMs / 1000} seconds.`,
  hint: 'A firewall that drops packets, another address, or the host is down.',
}
const mute = {
  message: 'The agent’s port is open, but nothing answers there as TLS does.',
  hint: 'Another program may listen on it, or Docker hangs: look at its log on the host.',
}

/** `greetWithinMs`: how long a port that is open may say nothing. */
export function newWatchingAgent(options: AgentOptions, greetWithinMs = 5_000): WatchingAgent {
  return new WatchingAgent({ ...options, minVersion: 'TLSv1.2', keepAlive: false, rejectUnauthorized: true }, greetWithinMs)
}
