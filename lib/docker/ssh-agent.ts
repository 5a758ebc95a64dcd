// Lets Node's HTTP speak over channels of one ssh connection.
import { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SshTarget } from './ssh-errors'
import { newSshLink, type SshLink } from './ssh-link'

type Created = (error: Error | null, stream?: Duplex) => void

export class SshAgent extends Agent {
  readonly #link: SshLink

  constructor(target: SshTarget) {
    super({ keepAlive: false })
    this.#link = newSshLink(target)
  }

  override createConnection(...[, created]: Parameters<Agent['createConnection']>): undefined {
    const done = created as Created | undefined
    void this.#link.openSocket().then(
      (stream) => done?.(null, stream),
      (error: Error) => done?.(error),
    )
    return undefined
  }
}
