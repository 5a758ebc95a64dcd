// One file on its way into a session: the only thing for which a page still needs an XMLHttpRequest is to know how much is sent.
import type { Failure } from '@/lib/domain/failure'

type Sending = {
  sessionId: string
  file: File
  name: string
  replace: boolean
  signal: AbortSignal
  onSent: (bytes: number) => void
}

export function filePath(sessionId: string, folder: string, name: string): string {
  return `/api/v1/sessions/${encodeURIComponent(sessionId)}/files/${folder}/${encodeURIComponent(name)}`
}

/** Null: it is there. */
export function sendFile({ sessionId, file, name, replace, signal, onSent }: Sending): Promise<Failure | null> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', `${filePath(sessionId, 'Uploads', name)}${replace ? '?replace=true' : ''}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded }) => onSent(loaded)
    request.onload = () => resolve(request.status < 300 ? null : failureIn(request))
    request.onerror = () =>
      resolve({ code: 'unreachable', message: 'The connection broke off.', hint: 'Check your connection and try again.' })
    request.onabort = () => reject(signal.reason)
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

function failureIn({ status, responseText }: XMLHttpRequest): Failure {
  try {
    const { error } = JSON.parse(responseText) as { error: Failure }
    const field = error.fields?.name
    return field ? { ...error, message: field } : error
  } catch {
    return { code: `http_${status}`, message: `The portal answered with status ${status}.`, hint: 'Try again.' }
  }
}
