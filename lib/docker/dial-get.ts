// A GET that the library knows no abort signal for, or whose answer it would parse.
import type Docker from 'dockerode'

type Dial = (options: object, done: (error: Error | null, data: unknown) => void) => void

type Options = { abortSignal: AbortSignal; isStream: boolean; query?: object }

export function dialGet<T>(docker: Docker, path: string, { query, ...options }: Options): Promise<T> {
  const modem = docker.modem as unknown as { dial: Dial }
  const statusCodes = { 200: true, 400: 'bad parameter', 404: 'not there', 500: 'server error' }
  const asked = query ? { path: `${path}?`, options: query } : { path }
  return new Promise((resolve, reject) => {
    modem.dial({ ...asked, method: 'GET', statusCodes, ...options }, (error, data) =>
      error ? reject(error) : resolve(data as T),
    )
  })
}
