/** `report.tar.gz` → `report (2).tar.gz` → `report (3).tar.gz`: another name for a file whose own is taken. */
export function otherName(name: string): string {
  const [, stem = name, ending = ''] = /^(.+?)((?:\.tar)?\.[^.\s]{1,10})?$/.exec(name) ?? []
  const [, before = stem, count] = /^(.*) \((\d{1,4})\)$/.exec(stem) ?? []
  return `${before} (${count ? Number(count) + 1 : 2})${ending}`
}
