// Everything the gateway answers by itself, as codes with status and words. Nothing from the request ever enters them.
import type { SessionState } from '@/lib/domain/session-lifecycle'

type Entry = { status: number; title: string; text: string; post?: { action: string; value?: string } }

// The page around the frame listens for these: it fetches a new ticket, or says what happened.
const ticketNeeded = { action: 'berth_ticket_needed' }
const unavailable = (value: string) => ({ action: 'berth_unavailable', value })

export const refusals = {
  bad_request: { status: 400, title: 'Bad request', text: 'The request could not be read.' },
  no_cookie: {
    status: 401,
    title: 'Open this desktop from the portal',
    text: 'This browser has no right to a desktop here, or it has ended.',
    post: ticketNeeded,
  },
  // One answer for a session that does not exist, is someone else's, or to which the right has ended.
  not_found: {
    status: 404,
    title: 'Nothing here',
    text: 'There is no desktop here that this browser may open.',
    post: ticketNeeded,
  },
  ticket_invalid: {
    status: 403,
    title: 'This link is not valid any more',
    text: 'A link to a desktop works once and for a few seconds.',
    post: ticketNeeded,
  },
  foreign_origin: { status: 403, title: 'Refused', text: 'The request came from another site.' },
  no_such_page: { status: 404, title: 'Nothing here', text: 'The desktop has no such page, or it is not open to browsers.' },
  method_not_allowed: { status: 405, title: 'Refused', text: 'A desktop answers to GET and HEAD only.' },
  queued: { status: 503, title: 'Waiting for a place', text: 'The session waits in the queue.', post: unavailable('queued') },
  starting: { status: 503, title: 'Starting', text: 'The desktop is starting.', post: unavailable('starting') },
  paused: { status: 503, title: 'Paused', text: 'Resume the session in the portal.', post: unavailable('paused') },
  stopping: { status: 503, title: 'Stopping', text: 'The session is being stopped.', post: unavailable('stopping') },
  stopped: { status: 503, title: 'Stopped', text: 'Start the session again in the portal.', post: unavailable('stopped') },
  failed: { status: 503, title: 'Failed', text: 'The portal shows why the session failed.', post: unavailable('failed') },
  lost: { status: 503, title: 'Lost', text: 'The container of this session is gone.', post: unavailable('lost') },
  agent_unreachable: {
    status: 502,
    title: 'The agent does not answer',
    text: 'The machine that runs this desktop cannot be reached at the moment. The desktop may still be running.',
    post: unavailable('agent_unreachable'),
  },
  no_answer: {
    status: 502,
    title: 'The desktop does not answer',
    text: 'It may still be starting, or its container has ended. Try again in a moment.',
    post: unavailable('no_answer'),
  },
  wrong_certificate: {
    status: 502,
    title: 'This is not the desktop that was started',
    text: 'Something else answers at its address, so nothing was sent there. The portal looks for the desktop again.',
    post: unavailable('wrong_certificate'),
  },
  too_many_waiting: {
    status: 503,
    title: 'Too many windows wait for this desktop',
    text: 'Close the others, or try again once it has started.',
    post: unavailable('too_many_waiting'),
  },
  closing: { status: 503, title: 'Restarting', text: 'The portal is being restarted.', post: unavailable('closing') },
  unknown_rights: {
    status: 503,
    title: 'Not now',
    text: 'The portal cannot check rights at the moment, because its database does not answer.',
    post: unavailable('unknown_rights'),
  },
  unexpected: {
    status: 500,
    title: 'Something went wrong on our side',
    text: 'Try again in a moment.',
    post: unavailable('unexpected'),
  },
} as const satisfies Record<string, Entry>

export type RefusalCode = keyof typeof refusals

export class Refusal extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, cause?: unknown) {
    super(refusals[code].text, { cause })
    this.name = 'Refusal'
    this.code = code
  }
}

/** Told to admitted viewers only. */
export function refusalOfState(state: SessionState): RefusalCode {
  return state === 'running' ? 'no_answer' : state === 'deleting' || state === 'deleted' ? 'not_found' : state
}
