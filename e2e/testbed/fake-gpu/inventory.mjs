// The GPUs of a simulated host as a CSV file: one GPU or MIG slice a line, the first line names the columns. Values hold no commas.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** @typedef {Record<string, string>} GpuRow */

export const columns = [
  'index',
  'minor',
  'uuid',
  'name',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'utilization.memory',
  'temperature.gpu',
  'power.draw',
  'power.limit',
  'pci.bus_id',
  'driver_version',
  'cuda_version',
  'compute_cap',
  'mig.mode.current',
  // Of a slice: the GPU it is cut from, and its size.
  'mig_of',
  'mig_profile',
  // "lost" for a GPU that fell off the bus.
  'state',
]

/** @param {string} file @returns {GpuRow[]} */
export function readRows(file) {
  const [head = '', ...lines] = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value.trim()])))
}

/** By rename, so that whoever reads at this moment sees the old or the new file. @param {string} file @param {GpuRow[]} rows */
export function writeRows(file, rows) {
  const lines = rows.map((row) => columns.map((name) => row[name] ?? '').join(','))
  writeFileSync(`${file}.new`, [columns.join(','), ...lines, ''].join('\n'), { mode: 0o644 })
  renameSync(`${file}.new`, file)
}

/**
 * What NVIDIA_VISIBLE_DEVICES asks for: "all", "void", "none", or a list of indexes, UUIDs, and `GPU:slice` for slices. A slice brings the
 * GPU that it is cut from, as in a real container.
 * @param {GpuRow[]} rows
 * @param {string | undefined} visible
 */
export function selectRows(rows, visible) {
  if (visible === undefined || ['', 'void', 'none'].includes(visible)) return []
  if (visible === 'all') return rows
  const wanted = visible
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
    .map((word) => {
      const found = findRow(rows, word)
      if (!found) throw new Error(`nvidia-container-cli: device error: ${word}: unknown device`)
      return found
    })
  return rows.filter((row) => wanted.includes(row) || wanted.some((slice) => slice.mig_of === row.uuid))
}

/** @param {GpuRow[]} rows @param {string} word */
function findRow(rows, word) {
  const gpus = rows.filter((row) => !row.mig_of)
  if (/^\d+$/.test(word)) return gpus.find((row) => row.index === word)
  const slice = /^(\d+):(\d+)$/.exec(word)
  if (slice) {
    const gpu = gpus.find((row) => row.index === slice[1])
    return rows.filter((row) => gpu && row.mig_of === gpu.uuid)[Number(slice[2])]
  }
  const hits = rows.filter((row) => (row.uuid ?? '').startsWith(word))
  return hits.length === 1 ? hits[0] : undefined
}
