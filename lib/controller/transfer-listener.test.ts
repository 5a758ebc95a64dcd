// The private door for files, called by a web process that hangs.
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import pino from 'pino'
import { expect, test, vi } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { transferHeader } from '@/lib/domain/session-files'
import { deriveKeys } from '@/lib/secrets/keys'
import { transferClientTls } from '@/lib/secrets/transfer-line'
import { openTransferListener } from './transfer-listener'

const keys = deriveKeys(Buffer.alloc(32, 7))

test('a file that nobody takes is ended, with what reads it and with the connection', async () => {
  let isRead = true
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(64 * 1024)
    } finally {
      isRead = false
    }
  }
  const listener = await openTransferListener({
    address: { host: '127.0.0.1', port: 0 },
    keys,
    log: pino({ level: 'silent' }),
    times: { takeMs: 100 },
    serve: (_request, _body, signal, answer) => answer({ kind: 'read', sizeBytes: 2 ** 40, content: content() }, signal),
  })
  try {
    const wanted = { kind: 'read', sessionId: newId(), userId: newId(), folder: 'Uploads', name: 'a', maxBytes: 2 ** 40 }
    const call = httpsRequest({
      ...transferClientTls(keys),
      host: '127.0.0.1',
      port: listener.port,
      method: 'POST',
      agent: false,
      headers: { [transferHeader]: Buffer.from(JSON.stringify(wanted)).toString('base64url') },
    })
    call.end()
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    await vi.waitFor(() => expect(isRead).toBe(false), 10_000)
    await expect(response.toArray()).rejects.toThrow()
  } finally {
    await listener.close()
  }
})
