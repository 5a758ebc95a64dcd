// Numbers for Prometheus in its text format, version 0.0.4.

export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

type Sample = { labels?: Readonly<Record<string, string>>; value: number }
export type Metric = { name: string; help: string; type: 'gauge' | 'counter'; samples: readonly Sample[] }

export function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: 'gauge', samples }
}

export function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: 'counter', samples }
}

/** One sample for each known value of a label, with zero where there is none: a series that comes and goes raises no alarm. */
export function byLabel<K extends string>(label: string, values: readonly K[], counts: Partial<Record<K, number>>): Sample[] {
  return values.map((value) => ({ labels: { [label]: value }, value: counts[value] ?? 0 }))
}

export function metricsText(metrics: readonly Metric[]): string {
  return metrics.map(familyText).join('')
}

function familyText({ name, help, type, samples }: Metric): string {
  const lines = [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`]
  for (const { labels = {}, value } of samples) lines.push(`${name}${labelsText(labels)} ${valueText(value)}`)
  return `${lines.join('\n')}\n`
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`
}
