// `npm run berth -- …`: what an operator does at the command line, with the portal up or down.
import { z } from 'zod'
import { addAgent, printSshKey } from './berth/add-agent'
import { backup, restore } from './berth/backup'
import { disableAgent, editAgent, enableAgent, listAgents, removeAgent, takeOverNow } from './berth/change-agent'
import { createKey } from './berth/create-key'
import { drainAgentNow, undrainAgentNow } from './berth/drain-agent'
import { editGpuNow, listGpus } from './berth/gpus'
import { checkImageNow, listBuilds, pinImageNow, unpinImageNow } from './berth/images'
import { installService } from './berth/install-service'
import { migrate } from './berth/migrate'
import { addUser, resetUserPassword } from './berth/people'
import { rotateSecret } from './berth/rotate-secret'
import { UsageError } from './berth/usage-error'
import { describeFailure } from './up/setup-failure.mjs'

const usage = `Usage: npm run berth -- COMMAND

  api-key create --user NAME [--name LABEL] [--days N]   a key for the developer API; the last line is the key alone
  user create NAME [--admin] [--display-name TEXT]       a new person; the last line is the password
  user reset-password NAME                               a new password; the last line is the password
  agent add --name NAME --socket PATH
  agent add --name NAME --host HOST [--port 2376] --ca FILE --cert FILE --key FILE [--server-name NAME]
  agent add --name NAME --ssh USER@HOST[:22] --host-key SHA256:… [--key FILE] [--docker-socket PATH]
  agent ssh-key
  agent list
  agent edit NAME [--new-name NAME] [--groups A,B] [--cpus N] [--memory-gib N] [--gpus-expected N] [--bind-path PATH]… [--publish-address IP]
  agent enable NAME | agent disable NAME
  agent remove NAME [--gone]                             --gone: its host never comes back; its sessions and homes are given up with it
  agent drain NAME [--message TEXT] [--deadline 4h]      nothing new starts there; at the deadline what is left is stopped
  agent undrain NAME
  agent take-over NAME                                   this portal acts on the host, in place of the other one that does; or, where another
                                                         engine answers than the one of its sessions, they are given up
  gpu list [--agent NAME] [--state free]                 one line each: agent, index, UUID, state, model, who holds it
  gpu edit UUID [--exclude | --include] [--shares N] [--allow-busy-outside | --leave-busy-alone]
  image builds NAME                                      one line each: digest, first seen, what it is, where, who runs it
  image check NAME                                       asks the registry now what the tag names; for a pipeline, after a push
  image pin NAME DIGEST | image unpin NAME               new sessions run this build; follow the tag again
  service install [--dry-run]                            a systemd unit that starts the portal with the machine
  backup [FILE]                                          all data into a new file, with the portal up or down; the last line is its path
  restore FILE [--replace]                               puts a backup into an empty database, or in place of what is there; stop the portal first
  migrate                                                the schema of this version and, the first time, an administrator: for those who do not run up
  secret rotate [--to FILE]                              a new secret, with everything encrypted anew; stop the portal first
`

type Command = (args: string[]) => Promise<void>

const commands: Record<string, Command> = {
  'api-key create': createKey,
  'user create': addUser,
  'user reset-password': resetUserPassword,
  'agent add': addAgent,
  'agent ssh-key': printSshKey,
  'agent list': listAgents,
  'agent edit': editAgent,
  'agent enable': enableAgent,
  'agent disable': disableAgent,
  'agent remove': removeAgent,
  'agent drain': drainAgentNow,
  'agent undrain': undrainAgentNow,
  'agent take-over': takeOverNow,
  'gpu list': listGpus,
  'gpu edit': editGpuNow,
  'image builds': listBuilds,
  'image check': checkImageNow,
  'image pin': pinImageNow,
  'image unpin': unpinImageNow,
  'service install': installService,
  backup,
  restore,
  migrate,
  'secret rotate': rotateSecret,
}

async function main(words: string[]): Promise<number> {
  const [noun = '', verb = ''] = words
  const name = [noun, `${noun} ${verb}`].find((candidate) => Object.hasOwn(commands, candidate))
  const command = name === undefined ? undefined : commands[name]
  if (!command) {
    console.error(usage)
    return ['', 'help', '--help', '-h'].includes(noun) ? 0 : 2
  }
  try {
    await command(words.slice(name === noun ? 1 : 2))
    return 0
  } catch (error) {
    console.error(explain(error))
    return error instanceof UsageError || error instanceof z.ZodError ? 2 : 1
  }
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`
  if (error instanceof z.ZodError)
    return error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('\n')
  const { message, hint } = describeFailure(error)
  return `${message}\n${hint}`
}

// Explicitly: connection pools would keep the process for a while.
process.exit(await main(process.argv.slice(2)))
