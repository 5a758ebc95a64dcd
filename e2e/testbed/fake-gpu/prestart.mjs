// Stand-in for NVIDIA's OCI prestart hook. For a container with a DeviceRequest, dockerd sets NVIDIA_VISIBLE_DEVICES and runs it as
// `nvidia-container-runtime-hook prestart` with the OCI state on stdin: it puts nvidia-smi and the chosen GPUs into the container, and
// nothing else of the host's. `patch FILE` adds the hook to an OCI config.json, for containers that name the runtime "nvidia" instead.
//
// FAKE_GPU_DIR is the host's: `inventory.csv`, `containers/<id>/gpus.csv` (what that container sees; a test may rewrite it), `fault` (how
// the host is broken, if it is), and `refusals/`, of which each start takes one file away and fails.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { readRows, selectRows, writeRows } from './inventory.mjs'

const here = import.meta.dirname
const host = process.env.FAKE_GPU_DIR ?? ''

/** @typedef {{ process?: { env?: string[] }, root: { path: string }, hooks?: { prestart?: { path: string, args: string[], env: string[] }[] } }} OciConfig */

/** @param {OciConfig} config */
function visibleDevices(config) {
  const entry = (config.process?.env ?? []).findLast((pair) => pair.startsWith('NVIDIA_VISIBLE_DEVICES='))
  return entry?.slice(entry.indexOf('=') + 1)
}

function prestart() {
  /** @type {{ id: string, pid: number, bundle: string }} */
  const state = JSON.parse(readFileSync(0, 'utf8'))
  /** @type {OciConfig} */
  const config = JSON.parse(readFileSync(join(state.bundle, 'config.json'), 'utf8'))
  const visible = visibleDevices(config)
  if (visible === undefined || ['', 'void'].includes(visible)) return
  const fault = readFault()
  if (fault === 'no_driver') throw new Error('nvidia-container-cli: initialization error: nvml error: driver not loaded')
  if (takeRefusal()) throw new Error('nvidia-container-cli: initialization error: refused by the test')
  const seen = fault === 'sees_none' ? [] : selectRows(readRows(join(host, 'inventory.csv')), visible)
  const folder = join(host, 'containers', state.id)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  writeRows(join(folder, 'gpus.csv'), renumber(seen))
  if (fault === 'smi_fails') writeFileSync(join(folder, 'fault'), 'smi_fails')
  // Its mount namespace exists, pivot_root has not happened yet: its root is still at config.root.path.
  const root = resolve(state.bundle, config.root.path)
  const inside = (/** @type {string[]} */ ...command) =>
    void execFileSync('nsenter', ['-t', String(state.pid), '-m', '--', ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
  const nodes = seen.filter((row) => !row.mig_of).map((row) => [`nvidia${row.minor}`, row.minor])
  if (nodes.length > 0) nodes.push(['nvidiactl', '255'])
  // One shell for everything: each nsenter costs a start.
  const script = [
    `mkdir -p "$1/usr/bin" "$1/usr/share/fake-gpu"; [ -e "$1/usr/bin/nvidia-smi" ] || : > "$1/usr/bin/nvidia-smi"`,
    `mount --bind "$2" "$1/usr/bin/nvidia-smi"; mount -o remount,bind,ro,nosuid,nodev "$1/usr/bin/nvidia-smi"`,
    `mount --bind "$3" "$1/usr/share/fake-gpu"; mount -o remount,bind,ro,nosuid,nodev,noexec "$1/usr/share/fake-gpu"`,
    ...nodes.map(([name, minor]) => `mknod -m 666 "$1/dev/${name}" c 195 ${minor}`),
  ].join('\n')
  inside('sh', '-euc', script, 'sh', root, join(here, 'nvidia-smi'), folder)
}

/** Inside a container the driver numbers the visible GPUs from 0; UUIDs and device nodes stay. @param {import('./inventory.mjs').GpuRow[]} rows */
function renumber(rows) {
  let next = 0
  return rows.map((row) => ({ ...row, index: row.mig_of ? (row.index ?? '') : String(next++) }))
}

function readFault() {
  try {
    return readFileSync(join(host, 'fault'), 'utf8').trim()
  } catch {
    return null
  }
}

/** Two starts at once never take the same one: removing a file succeeds only once. */
function takeRefusal() {
  for (const name of readdirSync(join(host, 'refusals'))) {
    try {
      rmSync(join(host, 'refusals', name))
      return true
    } catch {
      // Another start was faster.
    }
  }
  return false
}

/** @param {string} file */
function patch(file) {
  /** @type {OciConfig} */
  const config = JSON.parse(readFileSync(file, 'utf8'))
  if (!visibleDevices(config)) return
  const path = join(here, 'bin', 'nvidia-container-runtime-hook')
  const before = config.hooks?.prestart ?? []
  // Docker has added it already for a DeviceRequest.
  if (before.some((hook) => basename(hook.path) === basename(path))) return
  const env = Object.entries(process.env).map(([name, value]) => `${name}=${value}`)
  const hook = { path, args: [basename(path), 'prestart'], env }
  writeFileSync(file, JSON.stringify({ ...config, hooks: { ...config.hooks, prestart: [...before, hook] } }))
}

const [verb, file] = process.argv.slice(2)
try {
  if (verb === 'prestart') prestart()
  else if (verb === 'patch' && file) patch(file)
  else if (verb !== 'poststart' && verb !== 'poststop') throw new Error(`usage: ${basename(dirname(here))} prestart | patch FILE`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}
