// A page of another origin that frames a desktop and keeps every message from it, as the portal's session page does.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type PortalPage = { origin: string; url(frame: string): string; close(): Promise<void> }

const html = `<!doctype html>
<title>portal</title>
<style>html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; display: block }</style>
<iframe allow="clipboard-read; clipboard-write; fullscreen"></iframe>
<script>
  const frame = document.querySelector('iframe')
  window.messages = []
  addEventListener('message', (event) => window.messages.push({ ...event.data, origin: event.origin }))
  window.send = (message) => frame.contentWindow.postMessage(message, '*')
  frame.src = new URLSearchParams(location.search).get('frame')
</script>
`

export async function startPortalPage(): Promise<PortalPage> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html').end(html)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    origin,
    url: (frame) => `${origin}/?frame=${encodeURIComponent(frame)}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
