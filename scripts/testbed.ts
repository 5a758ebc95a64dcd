// npm run testbed: simulated GPU hosts on this machine, to be added to a portal as agents. Ctrl-C removes every trace of them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type GpuSet, gpuSets } from '@/e2e/testbed/gpu-inventory'
import { startTestbed } from '@/e2e/testbed/start-testbed'
import { defaultDesktopTag } from './images/build-desktop-image'

const usage = `Usage: npm run testbed -- [NAME=GPUS …] [--image ${defaultDesktopTag} | --no-image]
  NAME   the agent's name
  GPUS   ${gpuSets.join(' | ')}
Without any: four=h200x4 two=a10x2 bare=none`

function readHosts(words: string[]) {
  return words.map((word) => {
    const [name = '', gpus = ''] = word.split('=')
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || !(gpuSets as readonly string[]).includes(gpus)) throw new Error(usage)
    return { name, gpus: gpus as GpuSet }
  })
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { image: { type: 'string' }, 'no-image': { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) return console.log(usage)
  const hosts = readHosts(positionals.length > 0 ? positionals : ['four=h200x4', 'two=a10x2', 'bare=none'])
  const image = values['no-image'] ? null : (values.image ?? defaultDesktopTag)
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
  })
  const testbed = await startTestbed({ hosts, image })
  for (const { name, endpoint, socketPath, gpus } of testbed.hosts) {
    const files = { ca: endpoint.caPem, cert: endpoint.certPem, key: endpoint.keyPem }
    for (const [kind, text] of Object.entries(files)) writeFileSync(join(testbed.folder, `${kind}.pem`), text, { mode: 0o600 })
    console.log(`${name}  ${endpoint.host}:${endpoint.port}  ${gpus.length} GPUs and slices`)
    console.log(`    by hand   docker -H unix://${socketPath} ps`)
    console.log(`    numbers   ${join(socketPath, '..', 'gpu', 'containers', 'CONTAINER-ID', 'gpus.csv')}`)
  }
  const tls = `--ca ${testbed.folder}/ca.pem --cert ${testbed.folder}/cert.pem --key ${testbed.folder}/key.pem`
  console.log('\nAdd them under Administration → Agents, or with:')
  for (const { name, endpoint } of testbed.hosts)
    console.log(`  npm run berth -- agent add --name ${name} --host ${endpoint.host} --port ${endpoint.port} ${tls}`)
  console.log('\nCtrl-C removes the hosts with everything on them.')
  const keepAlive = setInterval(() => undefined, 60_000)
  await interrupted
  clearInterval(keepAlive)
  console.log('\nRemoving …')
  await testbed.stop()
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
