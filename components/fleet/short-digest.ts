/** `repository@sha256:0123…` and `sha256:0123…` alike: the first twelve digits tell builds apart. */
export function shortDigest(digest: string): string {
  const start = digest.indexOf('sha256:')
  return digest.slice(start, start + 19)
}
