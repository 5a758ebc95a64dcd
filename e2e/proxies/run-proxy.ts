// A real proxy with the documented configuration, in the foreground, with everything it writes in one folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { vi } from 'vitest'
import { documented, type Places } from './documented'

export const proxies = ['nginx', 'caddy'] as const
export type ProxyName = (typeof proxies)[number]
export type RunningProxy = { stop: () => Promise<void> }

export async function runProxy(name: ProxyName, folder: string, places: Places): Promise<RunningProxy> {
  const child = name === 'nginx' ? startNginx(folder, places) : startCaddy(folder, places)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise((resolve) => child.once('close', resolve))
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${said}`)
      await canConnect(places.port)
    },
    { timeout: 20_000, interval: 50 },
  )
  return {
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function startNginx(folder: string, places: Places): ChildProcess {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`)
  const outer = `daemon off; pid ${folder}/nginx.pid; error_log stderr;
events {}
http { access_log off; ${paths.join(' ')}
${documented('nginx', places)}}
`
  const path = join(folder, 'nginx.conf')
  writeFileSync(path, outer)
  return spawn('nginx', ['-p', folder, '-c', path], { stdio: ['ignore', 'pipe', 'pipe'] })
}

function startCaddy(folder: string, places: Places): ChildProcess {
  const own = `{
	admin off
	auto_https disable_redirects
	https_port ${places.port}
	default_bind 127.0.0.1
}
`
  const path = join(folder, 'Caddyfile')
  writeFileSync(path, own + documented('caddyfile', places))
  const home = join(folder, 'home')
  mkdirSync(home)
  const env = { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home } as unknown as NodeJS.ProcessEnv
  return spawn('caddy', ['run', '--config', path, '--adapter', 'caddyfile'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

function canConnect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}
