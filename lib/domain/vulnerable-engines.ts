// Engines with a known way out of a container, as data. Distributors repair old versions under a name of their own, so those are not judged.

type Range = { from: readonly number[]; before: readonly number[]; cve: string; fixedIn: string }

const ranges: readonly Range[] = [
  { from: [0, 0, 0], before: [24, 0, 9], cve: 'CVE-2024-21626', fixedIn: '24.0.9' },
  { from: [25, 0, 0], before: [25, 0, 2], cve: 'CVE-2024-21626', fixedIn: '25.0.2' },
]

export function engineWeakness(version: string | null): { cve: string; fixedIn: string } | null {
  const parts = /^(\d+)\.(\d+)\.(\d+)(?:-ce)?$/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number)
  if (!parts) return null
  const found = ranges.find(({ from, before }) => compare(parts, from) >= 0 && compare(parts, before) < 0)
  return found ? { cve: found.cve, fixedIn: found.fixedIn } : null
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((part, at) => part !== b[at])
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}
