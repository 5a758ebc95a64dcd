import { expect, test, vi } from 'vitest'
import { operation } from './operation'
import { routes } from './route'

vi.mock('server-only', () => ({}))
vi.mock('./deps', () => ({ deps: () => ({}) }))

const context = { params: Promise.resolve({}) }
const request = (method: string) => new Request('http://portal.test/api/v1/thing', { method })

test('whoever asks for the head of a file is refused before anything is begun; of other answers he gets it', async () => {
  const ran = vi.fn(() => Promise.resolve(new Response('bytes')))
  const spec = { name: 'thing.get', method: 'GET', path: '/thing', summary: '', open: true, run: ran } as const
  const file = routes({ GET: operation({ ...spec, answersBytes: true }) })
  const refused = await file.GET(request('HEAD'), context)
  expect([refused.status, refused.headers.get('allow'), ran.mock.calls.length]).toEqual([405, 'GET', 0])
  expect((await file.GET(request('GET'), context)).status).toBe(200)
  const other = await routes({ GET: operation(spec) }).GET(request('HEAD'), context)
  expect([other.status, ran.mock.calls.length]).toEqual([200, 2])
})
