import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Docker from 'dockerode'
import { expect, test } from 'vitest'
import { sendCreate } from './send-create'

test('what a container is made of, with its password, goes in the body and never in the address, which engines log [attack 37]', async () => {
  const asked: { url: string; body: string }[] = []
  const engine = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    asked.push({ url: request.url ?? '', body })
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"Id":"made"}')
  })
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = engine.address() as AddressInfo
    const docker = new Docker({ protocol: 'http', host: '127.0.0.1', port })
    const options = { name: 'berth-1', Image: 'desktop', Env: ['VNC_PW=geheim'], HostConfig: { PidsLimit: 5 } }
    expect((await sendCreate(docker, options, AbortSignal.timeout(5_000))).id).toBe('made')
  } finally {
    engine.close()
  }
  const [{ url, body } = { url: '', body: '' }] = asked
  expect(url).toBe('/containers/create?name=berth-1')
  expect(JSON.parse(body)).toEqual({ Image: 'desktop', Env: ['VNC_PW=geheim'], HostConfig: { PidsLimit: 5 } })
})
