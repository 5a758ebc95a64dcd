// Makes the desktop's viewer page: one self-contained HTML file that asks the network for nothing but its WebSocket.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type Plugin } from 'esbuild'

export async function bundleDesktopPage(webFolder: string): Promise<string> {
  const [template, style, script] = await Promise.all([
    readFile(join(webFolder, 'vnc.html'), 'utf8'),
    readFile(join(webFolder, 'vnc.css'), 'utf8'),
    bundleScript(join(webFolder, 'viewer.ts')),
  ])
  const parts: Record<string, string> = {
    '<!-- style -->': `<style>${style}</style>`,
    '<!-- script -->': `<script type="module">${script}</script>`,
    '{{style-hash}}': contentHash(style),
    '{{script-hash}}': contentHash(script),
  }
  return Object.entries(parts).reduce((page, [mark, part]) => {
    if (!page.includes(mark)) throw new Error(`vnc.html has no place for ${mark}.`)
    return page.replace(mark, () => part)
  }, template)
}

async function bundleScript(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'inline',
    banner: { js: '/*! Contains noVNC (MPL-2.0), https://github.com/novnc/noVNC, and pako (MIT). */' },
    plugins: [leaveOutUnusedNovnc],
  })
  const script = result.outputFiles[0]?.text
  if (script === undefined) throw new Error(`esbuild gave nothing for ${entry}.`)
  // A script element ends at the first of these, wherever it stands.
  return script.replaceAll('</script', '<\\/script')
}

function contentHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

const cryptoStub = 'export default { importKey() { throw new Error("This desktop asks for no VNC password.") } }'

/**
 * Parts of noVNC that this desktop's server never uses. The H.264 check is worse than dead weight: it decodes a test
 * video before the module may run, which delays every connection.
 */
const leaveOutUnusedNovnc: Plugin = {
  name: 'leave-out-unused-novnc',
  setup(plugins) {
    const stubs: Record<string, string> = {
      'ra2.js': 'export default class {}',
      'crypto.js': cryptoStub,
      'h264.js': 'export class H264Parser {} export default class {}',
    }
    plugins.onLoad({ filter: /@novnc[\\/]novnc[\\/]core[\\/](ra2|crypto[\\/]crypto|decoders[\\/]h264)\.js$/ }, ({ path }) => ({
      contents: stubs[basename(path)] ?? '',
    }))
    plugins.onLoad({ filter: /@novnc[\\/]novnc[\\/]core[\\/]util[\\/]browser\.js$/ }, async ({ path }) => {
      const check = 'supportsWebCodecsH264Decode = await _checkWebCodecsH264DecodeSupport();'
      const source = await readFile(path, 'utf8')
      if (!source.includes(check)) throw new Error('noVNC checks for H.264 in another way now: look at bundle-desktop-page.ts.')
      return { contents: source.replace(check, '') }
    })
  },
}
