// A real container of the starter desktop for tests: made for one test, reached on a port of its own, gone afterwards.
import { randomBytes } from 'node:crypto'
import { request } from 'node:https'
import Docker from 'dockerode'
import { buildDesktopImage, defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { basicAuthorization, type DesktopAddress } from './rfb-probe'

/** On everything that these tests make. */
export const testLabels = { 'berth.install': `contract-${randomBytes(4).toString('hex')}` }
const readyMs = 30_000

export type DesktopContainer = DesktopAddress & {
  container: Docker.Container
  exec(command: string[], user?: string): Promise<string>
  stop(): Promise<void>
}

type StartOptions = {
  /** The starter desktop unless another is under test. */
  image?: string
  environment?: Record<string, string>
  hostConfig?: Docker.HostConfig
  password?: string
}

let engine: Docker | undefined

export function testEngine(): Docker {
  const url = process.env.BERTH_TEST_DOCKER
  if (engine === undefined) engine = url === undefined ? new Docker() : engineAt(url)
  return engine
}

function engineAt(url: string): Docker {
  const { protocol, pathname, hostname, port } = new URL(url)
  return protocol === 'unix:' ? new Docker({ socketPath: pathname }) : new Docker({ host: hostname, port })
}

/** The image under test, built when it is missing or older than its sources. */
export async function ensureDesktopImage(): Promise<string> {
  await buildDesktopImage({ docker: testEngine(), tag: defaultDesktopTag })
  return defaultDesktopTag
}

/** Creates and starts a container without waiting for anything. */
export async function startContainer(options: StartOptions = {}): Promise<Docker.Container> {
  const container = await testEngine().createContainer({
    Image: options.image ?? defaultDesktopTag,
    Labels: testLabels,
    Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    ExposedPorts: { '6901/tcp': {} },
    HostConfig: { PortBindings: { '6901/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }, ...options.hostConfig },
    abortSignal: AbortSignal.timeout(readyMs),
  })
  await container.start().catch(async (error: unknown) => {
    // Nobody else knows of it yet.
    await container.remove({ force: true, v: true })
    throw error
  })
  return container
}

/** Starts a desktop and waits until it answers with its page. */
export async function startDesktop(options: StartOptions = {}): Promise<DesktopContainer> {
  const password = options.password ?? randomBytes(12).toString('base64url')
  const container = await startContainer({ ...options, environment: { VNC_PW: password, ...options.environment } })
  try {
    const { NetworkSettings } = await container.inspect()
    const port = Number(NetworkSettings.Ports['6901/tcp']?.[0]?.HostPort)
    const address = { host: '127.0.0.1', port, user: 'kasm_user', password }
    await waitForPage(address, container)
    return { ...address, container, exec: (command, user) => execute(container, command, user), stop: () => remove(container) }
  } catch (error) {
    await remove(container)
    throw error
  }
}

/** Waits for the end of a container; returns its exit code and what it printed. */
export async function waitForExit(container: Docker.Container): Promise<{ exitCode: number; output: string }> {
  const { StatusCode } = (await container.wait({ abortSignal: AbortSignal.timeout(readyMs) })) as { StatusCode: number }
  const output = await logsOf(container)
  await remove(container)
  return { exitCode: StatusCode, output }
}

export async function logsOf(container: Docker.Container): Promise<string> {
  return demultiplex(await container.logs({ stdout: true, stderr: true }))
}

async function remove(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true })
}

async function execute(container: Docker.Container, command: string[], user = '1000'): Promise<string> {
  const exec = await container.exec({ Cmd: command, User: user, AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return demultiplex(Buffer.concat(chunks))
}

/** The engine puts eight bytes before each piece of output: which stream, and how long. */
function demultiplex(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4)
    text += bytes.toString('utf8', at + 8, at + 8 + length)
    at += 8 + length
  }
  return text
}

async function waitForPage(address: DesktopAddress, container: Docker.Container): Promise<void> {
  const deadline = Date.now() + readyMs
  for (;;) {
    const status = await pageStatus(address)
    if (status === 200) return
    const { State } = await container.inspect()
    if (!State.Running || Date.now() > deadline) {
      throw new Error(`The desktop did not answer (last: ${status}, exit code ${State.ExitCode}):\n${await logsOf(container)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function pageStatus({ host, port, user, password }: DesktopAddress): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { Authorization: basicAuthorization(user, password) }
    const asked = request(
      { host, port, path: '/', headers, agent: false, rejectUnauthorized: false, timeout: 2000 },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      },
    )
    asked.on('timeout', () => asked.destroy(new Error('no answer')))
    asked.on('error', (error) => resolve(error.message))
    asked.end()
  })
}
