// What the script needs of a Docker Engine: it takes daemon.json and its options as dockerd does, listens, and reloads. Real TLS, no containers.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'

const [, , root, ...args] = process.argv
const file = `${root}/etc-docker/daemon.json`
/** @param {string} name */
const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
const read = () => {
  const found = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  if ('no-such-setting' in found)
    throw new Error("the following directives don't match any configuration option: no-such-setting")
  return found
}
/** @type {(why: string) => never} */
const stop = (why) => {
  console.error(why)
  process.exit(1)
}

/** @type {Record<string, any>} */
let settings
try {
  settings = read()
} catch (error) {
  stop(`unable to configure the Docker daemon with file ${file}: ${error}`)
}
const given = args.flatMap((arg, at) => (arg === '-H' ? [args[at + 1]] : []))
if (given.length > 0 && settings.hosts) stop('hosts: the directives are specified both as a flag and in the configuration file')
/** @param {string} name */
const pem = (name) => option(name) ?? settings[name]
const isTls = args.includes('--tlsverify') || settings.tlsverify === true
const ports = [...given, ...(settings.hosts ?? [])]
  .filter((host) => host.startsWith('tcp://'))
  .map((host) => new URL(host.replace('tcp:', 'http:')))
/** @type {import('node:http').RequestListener} */
const answer = (_, response) => response.end('OK')
for (const { hostname, port } of ports) {
  const tls = () => ({
    requestCert: true,
    rejectUnauthorized: true,
    ca: readFileSync(pem('tlscacert')),
    cert: readFileSync(pem('tlscert')),
    key: readFileSync(pem('tlskey')),
  })
  const server = isTls ? createTlsServer(tls(), answer) : createServer(answer)
  server.on('error', (error) => stop(error.message))
  await new Promise((resolve) => server.listen({ host: hostname, port: Number(port), exclusive: true }, () => resolve(undefined)))
}
// As the engine does: once on, it stays on until it reads of it again.
/** @param {Record<string, unknown>} of */
const takeLiveRestore = (of) => {
  if ('live-restore' in of) writeFileSync(`${root}/live`, String(of['live-restore']))
}
writeFileSync(`${root}/live`, 'false')
takeLiveRestore(settings)
process.on('SIGHUP', () => {
  try {
    takeLiveRestore(read())
    appendFileSync(`${root}/reloads`, 'reload\n')
  } catch {
    // It goes on with what it had.
  }
})
process.on('SIGTERM', () => {
  rmSync(`${root}/docker.pid`, { force: true })
  process.exit(0)
})
setInterval(() => {}, 60_000)
writeFileSync(`${root}/docker.pid`, String(process.pid))
