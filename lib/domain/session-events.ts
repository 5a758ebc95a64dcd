// What can happen to a session, as codes with parameters; worded here for whoever looks.
import { z } from 'zod'
import type { PlacementWhy } from './placement'

export const sessionEventCodes = [
  'launched',
  'readied',
  'claimed',
  'gave_way',
  'renewed',
  'queued',
  'placed',
  'gpu_waived',
  'unplaceable',
  'pulling',
  'pulled',
  'created',
  'started',
  'answered',
  'first_viewer',
  'pause_asked',
  'paused',
  'resume_asked',
  'resumed',
  'stop_asked',
  'stopped',
  'delete_asked',
  'deleted',
  'retry_asked',
  'restart_asked',
  'failed',
  'lost',
  'time_limit_near',
  'time_limit_reached',
  'extended',
  'moved',
  'attempt_failed',
  'gpu_lost',
  'gpu_back',
  'gpu_taken',
  'agent_drained',
  'agent_undrained',
  'drain_near',
  'drain_reached',
  'authoring',
  'root_terminal',
  'revived',
  'save_asked',
  'save_ready',
  'save_failed',
  'save_canceled',
  'saved',
  'file_in',
  'file_out',
] as const
export type SessionEventCode = (typeof sessionEventCodes)[number]

export const SessionEventParams = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
export type SessionEventParams = z.output<typeof SessionEventParams>

export type SessionEventView = { at: string; code: SessionEventCode; text: string; params: SessionEventParams }

type Viewer = { isAdmin: boolean }

/** Agents have names that only administrators may see, and somebody else's request may have been the cause; dropped for others. */
const adminOnlyParams = ['agentName', 'agentId', 'byName', 'detail', 'requestId']

export function viewParams(params: SessionEventParams, viewer: Viewer): SessionEventParams {
  if (viewer.isAdmin) return params
  return Object.fromEntries(Object.entries(params).filter(([key]) => !adminOnlyParams.includes(key)))
}

const words: Record<SessionEventCode, (params: SessionEventParams) => string> = {
  launched: () => 'Launch asked',
  readied: () => 'Started ahead, for whoever launches next',
  claimed: () => 'A ready desktop was taken',
  gave_way: () => 'Ends to make room for a launch',
  renewed: () => 'No longer kept ready',
  queued: (params) =>
    typeof params.position === 'number' ? `Waiting in the queue, position ${params.position}` : 'Waiting for a place',
  placed: (params) => `${params.agentName ? `Placed on ${params.agentName}` : 'Place found'}${whyPlaced(params.why)}`,
  gpu_waived: () => 'Goes on without a GPU',
  unplaceable: () => 'No agent could ever run this',
  pulling: (params) => `Fetching the image ${params.reference ?? ''}`.trim(),
  pulled: () => 'Image is there',
  created: () => 'Container created',
  started: () => 'Container started',
  answered: () => 'Desktop answered',
  first_viewer: () => 'First picture on a screen',
  pause_asked: (params) => by('Pause asked', params),
  paused: () => 'Paused',
  resume_asked: (params) => by('Resume asked', params),
  resumed: () => 'Resumed',
  stop_asked: (params) => by('Stop asked', params),
  stopped: () => 'Stopped; the home is kept',
  delete_asked: (params) => by('Delete asked', params),
  deleted: (params) => (params.hostGone ? by('Deleted: its host was given up as gone', params) : 'Deleted; the home is kept'),
  retry_asked: (params) => by('Another try asked', params),
  restart_asked: (params) => by('Restart asked', params),
  failed: (params) => (typeof params.message === 'string' ? `Failed: ${params.message}` : 'Failed'),
  lost: (params) => (params.hostGone ? by('Lost: its host was given up as gone', params) : 'Its container is gone'),
  time_limit_near: (params) => `The time limit ends in ${params.minutes ?? 15} minutes`,
  time_limit_reached: () => 'The time limit is reached',
  extended: (params) => by(`Extended by ${params.minutes ?? '?'} minutes`, params),
  moved: () => 'The container has a new address',
  attempt_failed: (params) => (typeof params.message === 'string' ? `A try failed: ${params.message}` : 'A try failed'),
  gpu_lost: (params) =>
    params.of === 1
      ? 'Its container no longer sees its GPU'
      : `Its container no longer sees ${params.lost ?? '?'} of its ${params.of ?? '?'} GPUs`,
  gpu_back: () => 'Its container sees its GPUs again',
  authoring: () => 'Authoring session: what is changed in it by hand can become a workspace image',
  root_terminal: () => 'A terminal as root was opened',
  revived: () => 'The container was started again, with everything that was changed in it',
  save_asked: () => 'Saving as an image: the desktop ends and is cleaned',
  save_ready: () => 'Cleaned; it waits for a decision about the image',
  save_failed: (params) => (typeof params.message === 'string' ? `Not saved: ${params.message}` : 'Not saved'),
  save_canceled: () => 'Saving was taken back',
  saved: (params) =>
    typeof params.name === 'string' ? `Saved as the workspace image ${params.name}` : 'Saved as a workspace image',
  gpu_taken: () => 'Another session holds a GPU that its container has; it is placed again',
  agent_drained: (params) =>
    `${by('Its agent is being taken out of service', params)}${typeof params.message === 'string' ? `: ${params.message}` : ''}`,
  agent_undrained: (params) => by('Its agent is in service again', params),
  drain_near: (params) => `Its agent leaves service in ${params.minutes ?? 15} minutes; it is stopped then`,
  file_in: (params) => `The file ${params.name ?? ''} came in (${params.bytes ?? '?'} bytes)`,
  file_out: (params) => `The file ${params.name ?? ''} was asked for (${params.bytes ?? '?'} bytes)`,
  drain_reached: () => 'Its agent leaves service; it is stopped and can start elsewhere',
}

const placedWords: Record<PlacementWhy, string> = {
  only_fit: 'the only place that fits now',
  has_image: 'the image is there already',
  keeps_gpus_free: 'most GPUs stay free for others',
  fullest: 'the fullest that fits, so that others stay whole',
}

function whyPlaced(why: unknown): string {
  const known = placedWords[why as PlacementWhy] as string | undefined
  return known ? `: ${known}` : ''
}

function by(text: string, params: SessionEventParams): string {
  return params.byName ? `${text} by ${params.byName}` : text
}

export function describeEvent(code: SessionEventCode, params: SessionEventParams, viewer: Viewer): string {
  return words[code](viewParams(params, viewer))
}
