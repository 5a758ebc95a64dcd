// How the GPUs of a host are asked for in a container, and how what nvidia-smi says there is read. `-L` is the only one that names MIG
// slices, the query tells what a GPU is, and the XML how large a slice is and which CUDA the driver brings.
import type { SeenGpu } from '@/lib/domain/container-host'

const listMark = '--berth-gpu-list--'
const queryMark = '--berth-gpu-query--'
const xmlMark = '--berth-gpu-xml--'

const everyDriverKnows = 'index,uuid,name,memory.total,driver_version,pci.bus_id'
const newerDriversKnow = `${everyDriverKnows},mig.mode.current,compute_cap`

/** For a POSIX shell. Says nothing at all where there is no nvidia-smi. */
export const inventoryScript = [
  'if command -v nvidia-smi >/dev/null 2>&1; then',
  `  echo ${listMark}`,
  '  nvidia-smi -L 2>&1 || :',
  `  echo ${queryMark}`,
  '  ask() { said=$(nvidia-smi $2 --query-gpu=$1 --format=csv,noheader,nounits 2>&1); code=$?; }',
  `  fields=${newerDriversKnow}; ask $fields`,
  `  case $said in *"not a valid field"*) fields=${everyDriverKnows}; ask $fields ;; esac`,
  '  echo "$said"',
  // One GPU that cannot be opened silences the others: they are asked one by one.
  '  case $code$said in 0*) ;; *"device handle"*|*"is lost"*)',
  '    for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do',
  '      ask $fields "-i $i"; case $said in *"No devices"*) break ;; esac',
  '      if [ $code = 0 ]; then echo "$said"; nvidia-smi -i $i -L 2>&1; fi',
  '    done ;;',
  '  *) echo "nvidia-smi ended with $code" ;; esac',
  `  echo ${xmlMark}`,
  "  nvidia-smi -q -x 2>/dev/null | grep -E '<(gpu id=|cuda_version>|cuda_umd_version>|/?mig_device>|index>|/?fb_memory_usage>|total>)' || :",
  'fi',
].join('\n')

export type GpuInventory = {
  gpus: SeenGpu[]
  cudaVersion: string | null
  /** What nvidia-smi said that is no GPU, in its words. */
  problem: string | null
}

const MiB = 1024 * 1024

export function parseInventory(text: string): GpuInventory {
  if (!text.includes(listMark)) return { gpus: [], cudaVersion: null, problem: null }
  const [beforeXml = '', xml = ''] = text.split(xmlMark)
  const [listText = '', queryText = ''] = beforeXml.slice(beforeXml.indexOf(listMark) + listMark.length).split(queryMark)
  // Where one GPU is broken, the two kinds of lines come mixed.
  const listed = [...linesOf(listText), ...linesOf(queryText)]
  const devices = toDevices(linesOf(queryText), listed)
  const slices = toSlices(listed, devices, sliceMemory(xml))
  const sliced = new Set(slices.map((slice) => slice.parentUuid))
  const gpus = [...devices.map((gpu) => (sliced.has(gpu.uuid) ? { ...gpu, migEnabled: true } : gpu)), ...slices]
  const strange = listed.filter((line) => !deviceLine.test(line) && !sliceLine.test(line) && toDevice(line) === null)
  return {
    gpus,
    cudaVersion: /<cuda(?:_umd)?_version>([\d.]+)</.exec(xml)?.[1] ?? null,
    problem: strange.length > 0 ? [...new Set(strange.map((line) => line.trim()))].join(' ').slice(0, 500) : null,
  }
}

const deviceLine = /^GPU (\d+): (.+) \(UUID: (GPU-[\w-]+)\)/
const sliceLine = /^\s+MIG (\S+)\s+Device\s+(\d+): \(UUID: (MIG-[^)\s]+)\)/

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim())
}

/** The query says most; a GPU that only the list names is a GPU all the same. */
function toDevices(queried: string[], listed: string[]): SeenGpu[] {
  const devices = new Map<string, SeenGpu>()
  for (const line of queried) {
    const gpu = toDevice(line)
    if (gpu) devices.set(gpu.uuid, gpu)
  }
  for (const line of listed) {
    const [, index, model = '', uuid = ''] = deviceLine.exec(line) ?? []
    if (index !== undefined && !devices.has(uuid)) devices.set(uuid, { ...unknownGpu, uuid, index: Number(index), model })
  }
  return [...devices.values()].sort((a, b) => a.index - b.index)
}

export const unknownGpu = {
  kind: 'device',
  parentUuid: null,
  migProfile: null,
  migEnabled: false,
  memoryBytes: null,
  driverVersion: null,
  pciAddress: null,
  computeCapability: null,
  cdiName: null,
} as const satisfies Partial<SeenGpu>

function toDevice(line: string): SeenGpu | null {
  const [index = '', uuid = '', model, memory, driver, pci, mig, capability] = line.split(',').map((part) => part.trim())
  if (!/^GPU-[\w-]+$/.test(uuid) || !model || !/^\d+$/.test(index)) return null
  return {
    ...unknownGpu,
    uuid,
    index: Number(index),
    model,
    memoryBytes: /^\d+(\.\d+)?$/.test(memory ?? '') ? Number(memory) * MiB : null,
    driverVersion: told(driver),
    pciAddress: told(pci),
    migEnabled: mig === 'Enabled',
    computeCapability: told(capability),
  }
}

/** "[N/A]", "[Not Supported]", "[Unknown Error]", "[GPU is lost]": not told. */
function told(value: string | undefined): string | null {
  return value && !value.startsWith('[') && value !== 'N/A' ? value : null
}

/** Below the GPU that they are cut from, whose number they carry. */
function toSlices(lines: string[], devices: SeenGpu[], memory: Map<string, number>): SeenGpu[] {
  const slices = new Map<string, SeenGpu>()
  let parent: SeenGpu | undefined
  for (const line of lines) {
    const device = deviceLine.exec(line)
    if (device) parent = devices.find((gpu) => gpu.uuid === device[3])
    const [, migProfile = '', number, uuid = ''] = sliceLine.exec(line) ?? []
    if (number === undefined || !parent) continue
    slices.set(uuid, {
      ...parent,
      uuid,
      kind: 'mig',
      parentUuid: parent.uuid,
      migProfile,
      migEnabled: false,
      memoryBytes: memory.get(`${parent.pciAddress} ${Number(number)}`) ?? null,
    })
  }
  return [...slices.values()]
}

/** By PCI address of the GPU and number of the slice on it. */
function sliceMemory(xml: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const gpu of xml.split('<gpu id=').slice(1)) {
    const pci = /^"([^"]+)"/.exec(gpu)?.[1]
    for (const slice of gpu.split('<mig_device>').slice(1)) {
      const own = slice.split('</mig_device>')[0] ?? ''
      const number = /<index>(\d+)</.exec(own)?.[1]
      const mib = /<fb_memory_usage>\s*<total>(\d+) MiB</.exec(own)?.[1]
      if (pci && number && mib) found.set(`${pci} ${Number(number)}`, Number(mib) * MiB)
    }
  }
  return found
}
