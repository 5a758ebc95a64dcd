// Guesses from what is left of a container why it ended, or why nothing answered: in words, with what to do.

export type Remains = {
  exitCode: number
  outOfMemory: boolean
  logTail: string
  /** It had answered before: then it did start, and the faults of a bad start are out of question. */
  hadAnswered: boolean
}

export type FailureCause = { code: 'exited' | 'out_of_memory'; cause: string; hint: string }

const outOfMemory: FailureCause = {
  code: 'out_of_memory',
  cause: 'The container ran out of memory.',
  hint: 'Give the workspace more memory.',
}

type Rule = { applies: (remains: Remains) => boolean; cause: string; hint: string }

const rules: Rule[] = [
  {
    applies: ({ logTail }) => /exec format error/i.test(logTail),
    cause: 'The image was made for another processor architecture.',
    hint: 'Use an image that was built for the architecture of the agent.',
  },
  {
    applies: ({ logTail }) => /read-only file system/i.test(logTail),
    cause: 'The desktop could not write to its read-only root.',
    hint: 'Switch the read-only root off, or add a tmpfs where it wants to write.',
  },
  {
    applies: ({ logTail, exitCode }) =>
      exitCode !== 0 && /not writable|permission denied/i.test(logTail) && /home/i.test(logTail),
    cause: 'The home directory is not writable for the desktop’s user.',
    hint: 'The home volume must belong to uid 1000.',
  },
  {
    applies: ({ exitCode, hadAnswered }) => exitCode === 2 && !hadAnswered,
    cause: 'The desktop did not accept its password or another start setting (exit code 2).',
    hint: 'KasmVNC images end so when VNC_PW is too short or missing: check that the image does not change it.',
  },
  {
    applies: ({ exitCode }) => exitCode === 29,
    cause: 'The display server ended and left its lock behind (exit code 29).',
    hint: 'It was probably killed for want of memory. Try again, with more memory if it happens again.',
  },
  {
    applies: ({ exitCode, hadAnswered }) => exitCode === 1 && !hadAnswered,
    cause: 'The desktop ended while it was starting (exit code 1).',
    hint: 'The usual cause is a home directory that is not writable for uid 1000; its last output is below.',
  },
  {
    applies: ({ exitCode }) => exitCode === 126 || exitCode === 127,
    cause: 'The entry point or command of the image cannot be run.',
    hint: 'Check the entry point and the command of the workspace.',
  },
  {
    applies: ({ exitCode }) => exitCode === 137,
    cause: 'The container was killed from outside (exit code 137).',
    hint: 'Somebody killed it, or the agent itself ran out of memory.',
  },
  {
    applies: ({ exitCode }) => exitCode === 143,
    cause: 'The container was told to end from outside (exit code 143).',
    hint: 'Somebody stopped it on the agent, or its Docker Engine was restarted.',
  },
  {
    applies: ({ exitCode }) => exitCode === 255,
    cause: 'The container went down with its agent (exit code 255).',
    hint: 'The agent crashed or was restarted. Try again.',
  },
  {
    applies: ({ exitCode, hadAnswered }) => exitCode === 0 && hadAnswered,
    cause: 'The desktop ended by itself.',
    hint: 'Somebody logged out inside it, or its Docker Engine was restarted.',
  },
  {
    applies: ({ exitCode }) => exitCode === 0,
    cause: 'The container ended at once, without serving a desktop.',
    hint: 'The image must serve KasmVNC, or something that keeps its contract, on port 6901.',
  },
]

export function exitCause(remains: Remains): FailureCause {
  if (remains.outOfMemory) return outOfMemory
  const rule = rules.find(({ applies }) => applies(remains))
  if (rule) return { code: 'exited', cause: rule.cause, hint: rule.hint }
  return { code: 'exited', cause: `The container ended with exit code ${remains.exitCode}.`, hint: 'Its last output is below.' }
}

/** What the last look at the desktop came to. */
export type Silence = 'nothing_listens' | 'unreachable' | 'not_https' | 'wrong_answer' | 'foreign_certificate'

const silences: Record<Silence, { cause: string; hint: string }> = {
  nothing_listens: {
    cause: 'The container runs, but nothing listens on port 6901.',
    hint: 'The image must serve KasmVNC, or something that keeps its contract, on port 6901.',
  },
  unreachable: {
    cause: 'The container runs, but the portal does not reach its port 6901.',
    hint: 'Check the agent’s publish address, and firewalls between the portal and the agent.',
  },
  not_https: {
    cause: 'What listens on port 6901 does not speak HTTPS.',
    hint: 'The image must serve HTTPS with any certificate on port 6901.',
  },
  wrong_answer: {
    cause: 'What listens on port 6901 does not answer as a desktop does.',
    hint: 'GET / with the credentials must answer 200.',
  },
  foreign_certificate: {
    cause: 'What answers at its address shows a certificate that the container does not know, so the password was not sent.',
    hint: 'See what else answers there. An image keeps its certificate in ~/.vnc/self.pem, or has openssl for Docker to ask with.',
  },
}

export function silenceCause(silence: Silence): { cause: string; hint: string } {
  return silences[silence]
}
