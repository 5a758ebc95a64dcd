// Numbers as people read them: sizes, CPU, durations, shares. Unknown is shown as a dash, never as zero.

const UNKNOWN = '–'
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

type Maybe = number | null | undefined

function isKnown(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** At most three significant digits below 100, no trailing zeros: 1.5, 12.3, 512. */
function short(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0
  return Number(value.toFixed(digits)).toLocaleString('en-US')
}

/** 1610612736 → "1.5 GiB". */
export function formatBytes(bytes: Maybe): string {
  if (!isKnown(bytes)) return UNKNOWN
  let value = Math.abs(bytes)
  let unit = 0
  // 1023.6 KiB would be written as "1,024 KiB": step on as soon as rounding reaches the next unit.
  while (Math.round(value) >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const amount = unit === 0 ? String(Math.round(value)) : short(value)
  return `${bytes < 0 ? '-' : ''}${amount} ${BYTE_UNITS[unit]}`
}

/** Two amounts that belong together share the larger one's unit: "1.5 / 16 GiB". */
export function formatBytesOf(usedBytes: Maybe, totalBytes: Maybe): string {
  if (!(isKnown(usedBytes) && isKnown(totalBytes))) return `${formatBytes(usedBytes)} / ${formatBytes(totalBytes)}`
  const total = formatBytes(totalBytes)
  const unit = total.slice(total.lastIndexOf(' ') + 1)
  const power = BYTE_UNITS.indexOf(unit as (typeof BYTE_UNITS)[number])
  return `${short(usedBytes / 1024 ** Math.max(power, 0))} / ${total}`
}

/** 250 → "0.25 cores", 1000 → "1 core". */
export function formatCpu(cpuMillis: Maybe): string {
  if (!isKnown(cpuMillis)) return UNKNOWN
  const cores = cpuMillis / 1000
  return `${short(cores)} ${cores === 1 ? 'core' : 'cores'}`
}

/** 0.4237 → "42 %"; a share that is not quite nothing or everything never reads as such. */
export function formatPercent(share: Maybe): string {
  if (!isKnown(share)) return UNKNOWN
  const percent = share * 100
  if (percent > 0 && percent < 1) return '<1 %'
  if (percent > 99 && percent < 100) return '>99 %'
  return `${Math.round(percent)} %`
}

export function formatNumber(value: Maybe): string {
  return isKnown(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : UNKNOWN
}

/** 1 → "1 session", 3 → "3 sessions". */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The two largest parts: "340 ms", "2.4 s", "5 min 3 s", "1 h 20 min", "3 d 4 h". */
export function formatDuration(milliseconds: Maybe): string {
  if (!isKnown(milliseconds)) return UNKNOWN
  const ms = Math.max(0, milliseconds)
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`
  if (ms < 10 * SECOND) return `${Number((ms / SECOND).toFixed(1))} s`
  const seconds = Math.round(ms / SECOND)
  if (seconds < 60) return `${seconds} s`
  if (ms < HOUR - SECOND / 2) return parts(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(ms / MINUTE)
  if (ms < DAY - MINUTE / 2) return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(ms / HOUR)
  return parts(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

const RELATIVE_STEPS: [unit: string, sizeMs: number, limit: number][] = [
  ['s', SECOND, 60],
  ['min', MINUTE, 60],
  ['h', HOUR, 24],
  ['d', DAY, 60],
  ['months', 30 * DAY, 24],
]

/** "just now", "12 s ago", "in 5 min", "3 d ago", "4 months ago", "2 years ago". */
export function formatRelative(timeMs: number, nowMs: number): string {
  const age = Math.abs(nowMs - timeMs)
  if (age < 5 * SECOND) return 'just now'
  const [unit, sizeMs] = RELATIVE_STEPS.find(([, size, limit]) => age < limit * size) ?? ['years', 365 * DAY]
  const words = `${Math.floor(age / sizeMs)} ${unit}`
  return timeMs < nowMs ? `${words} ago` : `in ${words}`
}

/** How long a relative text stays true, so that it is renewed when it changes and not more often. */
export function relativeStaysMs(timeMs: number, nowMs: number): number {
  const age = Math.abs(timeMs - nowMs)
  if (age < MINUTE) return 5 * SECOND
  if (age < HOUR) return 20 * SECOND
  return 5 * MINUTE
}

/** The exact moment in the reader's zone: "2026-03-04 17:05:09 GMT+1". */
export function formatExactTime(timeMs: number, timeZone?: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'long', ...(timeZone ? { timeZone } : {}) } as const
  return new Intl.DateTimeFormat('en-GB', options).format(timeMs)
}

/** "18:00" today, "Fri 27 Nov, 18:00" on another day. */
export function formatClockTime(timeMs: number, nowMs: number, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {}
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', ...zone })
  const isToday = day.format(timeMs) === day.format(nowMs)
  const date = isToday ? {} : ({ weekday: 'short', day: 'numeric', month: 'short' } as const)
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...date, ...zone }).format(timeMs)
}
