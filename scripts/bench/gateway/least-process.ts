// The least that Node can do with one request over a connection of its own: its HTTP server in front, a socket behind, an answer whose head is not
// read, and no question who asks. What the gateway costs beyond it is its own; what this costs is Node's and the kernel's.
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { PipeOrder } from './proxies'

const order = JSON.parse(process.argv[2] ?? '') as PipeOrder
const buffer = Buffer.allocUnsafeSlow(2_048)
const headers = ['content-type', 'text/html', 'content-length', '1024']

const server = createServer({ noDelay: true, keepAliveTimeout: 65_000 }, (req, res) => {
  const callback = (count: number) => {
    const text = buffer.toString('latin1', 0, count)
    res.writeHead(200, headers)
    res.socket?.cork()
    res.write(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1')
    res.socket?.uncork()
    res.end()
    socket.destroy()
    return true
  }
  const socket = connect({ host: '127.0.0.1', port: order.upstreamPort, onread: { buffer, callback } })
  socket.on('error', () => {})
  socket.once('connect', () => socket.write(`GET ${req.url} HTTP/1.1\r\nHost: session\r\nConnection: close\r\n\r\n`, 'latin1'))
})
server.listen(0, '127.0.0.1', 1_024, () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
