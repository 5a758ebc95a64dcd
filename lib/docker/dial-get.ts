// A GET that the library knows no abort signal for.
import type Docker from 'dockerode'

type Dial = (options: object, done: (error: Error | null, data: unknown) => void) => void

export function dialGet<T>(docker: Docker, path: string, options: { abortSignal: AbortSignal; isStream: boolean }): Promise<T> {
  const modem = docker.modem as unknown as { dial: Dial }
  const statusCodes = { 200: true, 404: 'no such image', 500: 'server error' }
  return new Promise((resolve, reject) => {
    modem.dial({ path, method: 'GET', statusCodes, ...options }, (error, data) => (error ? reject(error) : resolve(data as T)))
  })
}
