import { describe, expect, it } from 'vitest'
import { type DesktopConnectionEvent, idleConnection, nextConnection, waitBeforeTryMs } from './desktop-connection'

const after = (...events: DesktopConnectionEvent[]) => events.reduce(nextConnection, idleConnection)
const ticket = { type: 'ticket', url: 'https://s.localhost/?t=1' } as const
const failed = (code: string) => ({ type: 'ticketFailed', failure: { code, message: 'It did not work.' } }) as const

describe('nextConnection', () => {
  it('asks for a ticket as soon as the desktop is there, then loads it, then is connected', () => {
    expect(after({ type: 'available' }).phase).toBe('ticket')
    expect(after({ type: 'available' }, ticket)).toMatchObject({ phase: 'loading', url: ticket.url, frame: 1 })
    expect(after({ type: 'available' }, ticket, { type: 'connected' })).toMatchObject({ phase: 'connected', tries: 0 })
  })

  it('asks for one ticket only, however often the page hears that the desktop is there', () => {
    const loading = after({ type: 'available' }, ticket)
    expect(nextConnection(loading, { type: 'available' })).toBe(loading)
    expect(nextConnection(loading, ticket)).toBe(loading)
  })

  it('comes back from a drop with a new frame and remembers that there was a picture', () => {
    const dropped = after({ type: 'available' }, ticket, { type: 'connected' }, { type: 'lost', reason: 'closed' })
    expect(dropped).toMatchObject({ phase: 'waiting', tries: 1, wasConnected: true, reason: 'closed' })
    const back = [{ type: 'again' } as const, ticket, { type: 'connected' } as const].reduce(nextConnection, dropped)
    expect(back).toMatchObject({ phase: 'connected', frame: 2 })
  })

  it('forgets failed tries only after it stayed connected for a while', () => {
    const flapping = [
      { type: 'connected' },
      { type: 'lost', reason: '' },
      { type: 'again' },
      ticket,
      { type: 'connected' },
    ] as const
    const back = flapping.reduce(nextConnection, after({ type: 'available' }, ticket))
    expect(back.tries).toBe(1)
    expect(nextConnection(back, { type: 'steady' }).tries).toBe(0)
  })

  it('goes on trying when the portal is silent, and stops when the answer is final', () => {
    expect(after({ type: 'available' }, failed('unreachable')).phase).toBe('waiting')
    expect(after({ type: 'available' }, failed('session_unavailable')).phase).toBe('waiting')
    expect(after({ type: 'available' }, failed('not_found')).phase).toBe('refused')
    expect(after({ type: 'available' }, failed('forbidden'), { type: 'again' }).phase).toBe('ticket')
  })

  it('hears nothing from a frame that is gone', () => {
    const idle = after({ type: 'available' }, ticket, { type: 'unavailable' })
    for (const late of [{ type: 'connected' }, { type: 'lost', reason: '' }, { type: 'again' }, ticket] as const) {
      expect(nextConnection(idle, late)).toBe(idle)
    }
  })

  it('says after a while that the desktop does not answer, through every further try, until there is a picture', () => {
    const opened = after({ type: 'available' }, ticket, { type: 'connected' })
    expect(nextConnection(opened, { type: 'late' }).isLate).toBe(false)
    const frozen = [{ type: 'lost', reason: '' }, { type: 'late' }, { type: 'again' }, ticket, { type: 'connecting' }] as const
    const late = frozen.reduce<ReturnType<typeof after>>(nextConnection, opened)
    expect(late).toMatchObject({ phase: 'connecting', isLate: true })
    expect(nextConnection(late, { type: 'connected' }).isLate).toBe(false)
  })

  it('knows a desktop that is connected and silent, until it answers or is connected anew', () => {
    const opened = after({ type: 'available' }, ticket, { type: 'connected' })
    const silent = nextConnection(opened, { type: 'answers', value: false })
    expect(silent).toMatchObject({ phase: 'connected', isSilent: true })
    expect(nextConnection(silent, { type: 'answers', value: true })).toEqual(opened)
    for (const next of [{ type: 'again' }, { type: 'lost', reason: '' }, { type: 'wavering' }] as const)
      expect(nextConnection(silent, next).isSilent).toBe(false)
    expect(after({ type: 'available' }, ticket, { type: 'answers', value: false }).isSilent).toBe(false)
  })

  it('tells a page that loaded from a desktop that speaks', () => {
    expect(after({ type: 'available' }, ticket, { type: 'loaded' }).phase).toBe('loaded')
    expect(after({ type: 'available' }, ticket, { type: 'loaded' }, { type: 'connecting' }).phase).toBe('connecting')
    // The first words of a desktop may come before its page has loaded to the end.
    expect(after({ type: 'available' }, ticket, { type: 'connecting' }, { type: 'loaded' }).phase).toBe('connecting')
    expect(after({ type: 'available' }, ticket, { type: 'connected' }, { type: 'connecting' }).phase).toBe('connected')
  })

  it('lets the desktop try by itself only where it was connected', () => {
    expect(after({ type: 'available' }, ticket, { type: 'wavering' }).phase).toBe('loading')
    expect(after({ type: 'available' }, ticket, { type: 'connected' }, { type: 'wavering' }).phase).toBe('wavering')
  })
})

describe('waitBeforeTryMs', () => {
  it('tries at once, then slower, and never slower than a quarter of a minute', () => {
    expect([1, 2, 3, 4].map(waitBeforeTryMs)).toEqual([150, 500, 1000, 2000])
    expect(waitBeforeTryMs(30)).toBe(15_000)
  })
})
