// Where a controller takes files for its sessions: `host:port`, as people write it.
export type TransferAddress = { host: string; port: number }

/** Null where it is none. */
export function parseTransferAddress(text: string): TransferAddress | null {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  return host && Number(port) <= 65_535 ? { host, port: Number(port) } : null
}

export function formatTransferAddress({ host, port }: TransferAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
