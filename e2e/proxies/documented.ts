// The configurations of docs/behind-a-proxy.md as they stand there, with names, ports and certificate of a test put in.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Places = { port: number; webPort: number; gatewayPort: number; certPath: string; keyPath: string }

export const portalHost = 'portal.localhost'
export const sessionDomain = 'desks.localhost'

export function documented(language: 'nginx' | 'caddyfile', places: Places): string {
  const page = readFileSync(join(import.meta.dirname, '../../docs/behind-a-proxy.md'), 'utf8')
  const text = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1]
  if (!text) throw new Error(`docs/behind-a-proxy.md has no ${language} block`)
  return text
    .replaceAll('berth.example.org', portalHost)
    .replaceAll('desks.example.net', sessionDomain)
    .replaceAll('/etc/berth/fullchain.pem', places.certPath)
    .replaceAll('/etc/berth/privkey.pem', places.keyPath)
    .replaceAll('listen 443', `listen 127.0.0.1:${places.port}`)
    .replaceAll(/127\.0\.0\.1:708\d/g, `127.0.0.1:${places.webPort}`)
    .replaceAll(/127\.0\.0\.1:709\d/g, `127.0.0.1:${places.gatewayPort}`)
}
