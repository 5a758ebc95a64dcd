// From an authoring session's container to an image: a terminal as root, the cleaning, what differs, and the image itself.
import type Docker from 'dockerode'
import type { ContainerChange, ContainerHost } from '@/lib/domain/container-host'
import { homePath, labelKeys } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import { parseImageReference } from '@/lib/domain/image-reference'
import { cleanScript } from './clean-script'
import type { Engine } from './engine'
import { fromImage } from './from-inspect'
import { demultiplex } from './log-tail'
import type { OwnContainers } from './own-containers'
import { unless } from './status-codes'

type SaveVerbs = Pick<ContainerHost, 'openRootTerminal' | 'cleanForImage' | 'changesOf' | 'commitImage'>

/** Cleaning copies a home, which may be large. */
const cleanMs = 15 * 60_000
const commitMs = 30 * 60_000
const longestAnswer = 4 * 1024 * 1024

export function saveVerbs(engine: Engine, own: OwnContainers): SaveVerbs {
  return {
    openRootTerminal: async (sessionId, signal) => {
      const run = await own.on(sessionId, { signal, deadlineMs: 15_000, verb: 'change' }, (container, abortSignal) =>
        runAsRoot(container, terminalScript, [], abortSignal),
      )
      if (run?.exitCode !== 0)
        throw new DomainError('container_failed', { message: run?.output.trim().slice(0, 300) || noTerminal })
    },
    cleanForImage: async (sessionId, secret, signal) => {
      const run = await own.on(sessionId, { signal, deadlineMs: cleanMs, verb: 'change' }, (container, abortSignal) =>
        runAsRoot(container, cleanScript, [`BERTH_SECRET=${secret}`], abortSignal),
      )
      if (!run) throw new DomainError('container_failed', { message: 'The container of the session is gone.' })
      return fromCleaning(run)
    },
    changesOf: async (sessionId, signal) => {
      const found = await own.on(sessionId, { signal, deadlineMs: 5 * 60_000, verb: 'look' }, async (container, abortSignal) => {
        const info = await container.inspect({ size: true, abortSignal } as object)
        const changes = (await container.changes({ abortSignal } as object)) as { Path: string; Kind: number }[] | null
        return { changes: (changes ?? []).map(toChange), sizeBytes: (info as { SizeRw?: number }).SizeRw ?? 0 }
      })
      if (!found) throw new DomainError('container_failed', { message: 'The container of the session is gone.' })
      return found
    },
    commitImage: async (sessionId, reference, signal) => {
      const image = await own.on(sessionId, { signal, deadlineMs: commitMs, verb: 'change' }, (container, abortSignal) =>
        commitClean(engine, container, reference, abortSignal),
      )
      if (!image) throw new DomainError('container_failed', { message: 'The container of the session is gone.' })
      return image
    },
  }
}

const noTerminal = 'The image has no terminal that could be opened.'

/** Detached from the exec, so that it is known at once whether there is one. XFCE's needs a message bus of its own, since root has none. */
const terminalScript = `
export DISPLAY=:1 HOME=/root USER=root LOGNAME=root SHELL=/bin/bash HISTFILE=/dev/null NO_AT_BRIDGE=1
[ -f ${homePath}/.Xauthority ] && export XAUTHORITY=${homePath}/.Xauthority
cd /root 2>/dev/null || cd /
for name in xfce4-terminal xterm konsole gnome-terminal mate-terminal lxterminal x-terminal-emulator; do
  command -v $name >/dev/null 2>&1 || continue
  case $name in
    xfce4-terminal) set -- xfce4-terminal --disable-server --title='Root terminal' ;;
    xterm) set -- xterm -T 'Root terminal' ;;
    *) set -- $name ;;
  esac
  [ $name != xterm ] && command -v dbus-run-session >/dev/null 2>&1 && set -- dbus-run-session -- "$@"
  setsid "$@" </dev/null >/dev/null 2>&1 &
  exit 0
done
echo '${noTerminal}'
exit 1
`

type Ran = { exitCode: number | null; output: string }

async function runAsRoot(container: Docker.Container, script: string, env: string[], abortSignal: AbortSignal): Promise<Ran> {
  const options = { Cmd: ['/bin/sh', '-c', script], User: '0', Env: env, AttachStdout: true, AttachStderr: true, abortSignal }
  const exec = await container.exec(options)
  const stream = await exec.start({ abortSignal } as Docker.ExecStartOptions)
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    // What it says beyond that is of no use, but it must be read, or the program would wait.
    if (size <= longestAnswer) parts.push(chunk)
  }
  const { ExitCode } = await exec.inspect({ abortSignal } as object)
  return { exitCode: ExitCode, output: demultiplex(Buffer.concat(parts)).toString('utf8') }
}

function fromCleaning({ exitCode, output }: Ran): { removed: string[]; leaks: string[] } {
  const lines = output.split('\n')
  const after = (word: string) => lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  if (exitCode !== 0 || !lines.includes('done')) {
    const [why] = after('failed')
    throw new DomainError('container_failed', { message: `The container could not be cleaned${why ? `: ${why}` : ''}.` })
  }
  return { removed: after('removed'), leaks: after('leak') }
}

function toChange({ Path, Kind }: { Path: string; Kind: number }): ContainerChange {
  return { path: Path, kind: Kind === 1 ? 'added' : Kind === 2 ? 'deleted' : 'changed' }
}

type Commit = { query: Record<string, unknown>; config: Config; abortSignal: AbortSignal }

/** The library's own types know neither the query nor the body of this call. */
function commit(container: Docker.Container, { query, config, abortSignal }: Commit): Promise<{ Id: string }> {
  const options = { _query: { container: container.id, ...query }, _body: config, abortSignal }
  return container.commit(options as object) as Promise<{ Id: string }>
}

function savedLabels(parent: Docker.ImageInspectInfo): Record<string, string> {
  return { [labelKeys.kind]: '', 'berth.saved': new Date().toISOString(), 'berth.saved-from': parent.RepoTags?.[0] ?? parent.Id }
}

type Config = { Env?: string[] | null; Labels?: Record<string, string> | null; [key: string]: unknown }

/**
 * Twice: an engine up to 24 writes the whole configuration of the container, password included, into the image that it makes of it, and
 * no option prevents that. So a second container is made of that image, with its parent's configuration; it never runs, and the image of
 * it has the same layers and nothing of the session.
 */
async function commitClean(engine: Engine, container: Docker.Container, reference: string, abortSignal: AbortSignal) {
  const { docker, installId } = engine
  const info = await container.inspect({ abortSignal })
  const parent = await docker.getImage(info.Image).inspect({ abortSignal } as object)
  const config = parentConfig(parent.Config as unknown as Config, info.Config as unknown as Config)
  const first = await commit(container, { query: { pause: false }, config, abortSignal })
  const name = `berth-save-${info.Id.slice(0, 24)}`
  const remove = () => unless([404], docker.getContainer(name).remove({ force: true, v: true, abortSignal }))
  await remove()
  try {
    const clean = await docker.createContainer({
      name,
      Image: first.Id,
      Labels: { [labelKeys.install]: installId, [labelKeys.kind]: 'save' },
      abortSignal,
    })
    const parsed = parseImageReference(reference)
    const query = { repo: parsed?.path ?? reference, tag: parsed?.tag ?? 'latest', comment: 'Saved from an authoring session' }
    await commit(clean, { query, config: { ...config, Labels: { ...config.Labels, ...savedLabels(parent) } }, abortSignal })
  } finally {
    await remove()
  }
  const image = await docker.getImage(reference).inspect({ abortSignal } as object)
  return fromImage(image, image.Architecture)
}

/** The engine adds to it what the container has and it has not: names of the session's must be there, with nothing in them. */
function parentConfig(parent: Config, container: Config): Config {
  const names = (env: string[] | null | undefined) => (env ?? []).map((entry) => entry.split('=')[0] ?? '')
  const own = new Set(names(parent.Env))
  const blank = names(container.Env).filter((name) => !own.has(name))
  const labels = Object.keys(container.Labels ?? {}).filter((name) => !Object.hasOwn(parent.Labels ?? {}, name))
  return {
    ...parent,
    Env: [...(parent.Env ?? []), ...blank.map((name) => `${name}=`)],
    Labels: { ...Object.fromEntries(labels.map((name) => [name, ''])), ...parent.Labels },
  }
}
