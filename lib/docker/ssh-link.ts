// One ssh connection to a host, on which every call to its engine is a channel of its own to Docker's socket there. It is made when it is
// first needed, kept while anything uses it, and made anew with growing pauses when it breaks.
import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ClientChannel, type ServerHostKeyAlgorithm } from 'ssh2'
import type { SeenHostKey } from '@/lib/domain/agent-connection'
import { backOffMs } from '@/lib/domain/back-off'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import { assertAllowedHost, safeLookup } from './safe-address'
import { hostKeyRefusal, type SshTarget, socketRefusal, toSshError } from './ssh-errors'

const connectWithinMs = 8_000
const idleForMs = 30_000
const longestPauseMs = 8_000
/** A cut is noticed within this times three. */
const keepaliveEveryMs = 5_000

export type SshLink = {
  /** A stream to Docker's socket on the host. */
  openSocket(): Promise<Duplex>
}

type Connected = { client: Client; socket: Socket; channels: number; idle: NodeJS.Timeout | null }

export function newSshLink(target: SshTarget): SshLink {
  let link: Promise<Connected> | null = null
  let failures = 0
  let pause: { until: number; error: unknown } | null = null

  function connected(): Promise<Connected> {
    if (pause && Date.now() < pause.until) return Promise.reject(pause.error)
    if (link) return link
    const fresh = connectOnce(target).then(
      (made) => {
        failures = 0
        pause = null
        const forget = () => {
          if (link === fresh) link = null
        }
        made.client.once('close', forget).once('end', forget)
        return made
      },
      (error: unknown) => {
        link = null
        pause = { until: Date.now() + backOffMs(++failures, longestPauseMs), error }
        throw error
      },
    )
    link = fresh
    return fresh
  }

  return {
    openSocket: async () => {
      const made = await connected()
      hold(made)
      try {
        const channel = await openChannel(made.client, target)
        channel.once('close', () => release(made))
        return asSocket(channel)
      } catch (error) {
        release(made)
        throw error
      }
    },
  }
}

function hold(made: Connected): void {
  made.channels++
  if (made.idle) clearTimeout(made.idle)
  made.idle = null
  made.socket.ref()
}

function release(made: Connected): void {
  if (--made.channels > 0) return
  // Whoever keeps a connection that nothing uses must not keep the process from ending.
  made.socket.unref()
  made.idle = setTimeout(() => made.client.end(), idleForMs)
  made.idle.unref()
}

const keyFamilies: ServerHostKeyAlgorithm[][] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
]

/** A host has a key of each kind and shows one: that another than the confirmed one comes first is no change. */
async function connectOnce(target: SshTarget): Promise<Connected> {
  const first = await tryConnect(target, keyFamilies.flat())
  if (!(first instanceof WrongKey)) return first
  for (const family of target.hostKey === null ? [] : keyFamilies) {
    if (family.some((algorithm) => algorithm === first.seen.type)) continue
    const next = await tryConnect(target, family).catch(() => first)
    if (!(next instanceof WrongKey)) return next
  }
  throw hostKeyRefusal(target, first.seen)
}

class WrongKey {
  constructor(readonly seen: SeenHostKey) {}
}

function tryConnect(target: SshTarget, serverHostKey: ServerHostKeyAlgorithm[]): Promise<Connected | WrongKey> {
  const { host, port, user, hostKey, privateKey } = target
  assertAllowedHost(host)
  return new Promise((resolve, reject) => {
    let wrong: WrongKey | null = null
    const client = new ssh2.Client()
    const socket = connect({ host, port, lookup: safeLookup, noDelay: true })
    const giveUp = setTimeout(() => fail(silence(target, socket.connecting)), connectWithinMs)
    function fail(error: unknown): void {
      clearTimeout(giveUp)
      client.destroy()
      socket.destroy()
      if (wrong) resolve(wrong)
      else reject(inWords(error, target))
    }
    // Errors after it stands are told by its channels; without a listener they would end the process.
    client.on('error', fail)
    socket.once('error', fail)
    client.once('close', () => fail(new Error('connection lost')))
    client.once('ready', () => {
      clearTimeout(giveUp)
      socket.unref()
      resolve({ client, socket, channels: 0, idle: null })
    })
    socket.once('connect', () => {
      try {
        client.connect({
          sock: socket,
          username: user,
          privateKey,
          readyTimeout: connectWithinMs,
          keepaliveInterval: keepaliveEveryMs,
          keepaliveCountMax: 2,
          algorithms: { serverHostKey },
          hostVerifier: (key: Buffer) => {
            const seen = toSeen(key)
            if (seen.fingerprint === hostKey) return true
            wrong = new WrongKey(seen)
            return false
          },
        })
      } catch (error) {
        fail(error)
      }
    })
  })
}

/** The blob begins with the name of its kind, after four bytes of length. */
function toSeen(key: Buffer): SeenHostKey {
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
  return { type, fingerprint: `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}` }
}

function silence({ host, port }: SshTarget, connecting: boolean): DomainError {
  if (!connecting) return toSshError({ level: 'client-timeout' }, { host, port } as SshTarget)
  return new DomainError('agent_timeout', {
    message: `${host} did not answer on port ${port} within ${connectWithinMs / 1000} seconds.`,
    hint: 'A firewall that drops packets, another address, or the host is down.',
  })
}

/** What is the network's own is worded where all connections are. */
function inWords(error: unknown, target: SshTarget): unknown {
  if (isDomainError(error)) return error
  try {
    return toSshError(error, target)
  } catch {
    return error
  }
}

function openChannel(client: Client, target: SshTarget): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    try {
      client.openssh_forwardOutStreamLocal(target.socketPath, (error, channel) => {
        if (!error) return resolve(channel)
        void lookAtSocket(client, target).then((said) => reject(socketRefusal(target, said)), reject)
      })
    } catch (error) {
      reject(inWords(error, target))
    }
  })
}

const lookWithinMs = 5_000

/** ssh only says that it did not open. The user's own eyes tell more, where he may run a command. */
function lookAtSocket(client: Client, { socketPath }: SshTarget): Promise<string> {
  const path = `'${socketPath.replaceAll("'", `'\\''`)}'`
  const script = `if [ ! -S ${path} ]; then echo absent; elif [ -w ${path} ]; then echo open; else echo forbidden; fi`
  return new Promise((resolve) => {
    let said = ''
    const late = setTimeout(() => resolve(said), lookWithinMs)
    const done = () => {
      clearTimeout(late)
      resolve(said)
    }
    try {
      client.exec(script, (error, channel) => {
        if (error) return done()
        channel.on('data', (chunk: Buffer) => (said += chunk.toString('latin1'))).on('close', done)
        channel.stderr.resume()
      })
    } catch {
      done()
    }
  })
}

/** Node's HTTP asks more of a socket than a channel has. */
function asSocket(channel: ClientChannel): Duplex {
  const self = () => channel
  return Object.assign(channel, { setTimeout: self, setNoDelay: self, setKeepAlive: self, ref: self, unref: self })
}
