// `npm run bench:idle [-- SECONDS]`: memory of an idle portal, all roles and the database, as the sum of PSS some minutes after its start.
// Ends with one JSON line and exit 0, also when the target is missed.
import { readdirSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { openEngine, removeInstallation } from '@/e2e/support/engine'
import { forgetPortal, newPortalFacts, startPortal } from '@/e2e/support/portal'
import { rounded } from './statistics'

const targetMb = 400

async function main(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 300)
  const portal = await startPortal(await newPortalFacts('domain'))
  try {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    const processes = processesOf(portal.child.pid ?? 0, portal.dataDir)
    for (const { pid, name, pssMb } of processes) console.log(`${String(pid).padStart(8)}  ${rounded(pssMb)} MB  ${name}`)
    const totalMb = rounded(processes.reduce((sum, { pssMb }) => sum + pssMb, 0))
    console.log(`\n${processes.length} processes ${seconds} s after the start; load ${loadavg().map(rounded).join(' ')}`)
    console.log(`target ${targetMb} MB: ${totalMb <= targetMb ? 'met' : 'missed'}`)
    console.log(JSON.stringify({ idlePssMb: totalMb, processes: processes.length, afterSeconds: seconds }))
  } finally {
    await portal.interrupt()
    await removeInstallation(openEngine(), portal.installLabel)
    forgetPortal(portal)
  }
}

type Seen = { pid: number; name: string; pssMb: number }

/** The portal's own process and what descends from it, and the database, which is nobody's child: it is known by its data directory. */
function processesOf(rootPid: number, dataDir: string): Seen[] {
  const parents = new Map<number, number>()
  const commands = new Map<number, string>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    try {
      commands.set(pid, readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim())
      parents.set(pid, Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0))
    } catch {
      // It ended while we looked.
    }
  }
  const roots = new Set([rootPid, ...[...commands].filter(([, command]) => command.includes(dataDir)).map(([pid]) => pid)])
  const isOurs = (pid: number): boolean => roots.has(pid) || (pid > 1 && isOurs(parents.get(pid) ?? 0))
  return [...commands.keys()]
    .filter(isOurs)
    .map((pid) => ({ pid, name: (commands.get(pid) ?? '').slice(0, 80), pssMb: pssMbOf(pid) }))
}

function pssMbOf(pid: number): number {
  try {
    const kib = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    return (kib * 1024) / 1_000_000
  } catch {
    return 0
  }
}

await main()
