import { describe, expect, it } from 'vitest'
import type { SessionEventCode } from '@/lib/domain/session-events'
import type { SessionState, Wanted } from '@/lib/domain/session-lifecycle'
import type { DesktopConnection } from './desktop-connection'
import { hasDesktop, sessionStage } from './session-stage'

type Rest = {
  wanted?: Wanted
  saving?: boolean
  phase?: DesktopConnection['phase']
  wasConnected?: boolean
  unreachable?: boolean
  gone?: boolean
  isOwner?: boolean
  sawLaunch?: boolean
}
const stage = (state: SessionState, rest: Rest = {}) =>
  sessionStage({
    session: {
      state,
      wanted: rest.wanted ?? 'running',
      saving: rest.saving ?? false,
      agentUnreachableSince: rest.unreachable ? '2026-01-01T00:00:00Z' : null,
      verbs: rest.isOwner === false ? ['stop', 'delete'] : ['connect', 'stop', 'delete'],
    },
    connection: { phase: rest.phase ?? 'idle', wasConnected: rest.wasConnected ?? false },
    gone: rest.gone ?? false,
    sawLaunch: rest.sawLaunch ?? false,
  })

describe('sessionStage', () => {
  it('shows the save instead of a desktop, until the session is gone', () => {
    expect(stage('running', { saving: true, phase: 'connected' })).toBe('saving')
    expect(stage('running', { saving: true, unreachable: true })).toBe('saving')
    expect(stage('running', { saving: true, wanted: 'deleted' })).toBe('deleting')
  })

  it('tells the steps from the click to the first picture, without a gap between', () => {
    expect(stage('queued')).toBe('launch')
    expect(stage('starting')).toBe('launch')
    for (const phase of ['idle', 'ticket', 'loading'] as const)
      expect(stage('running', { phase, sawLaunch: true })).toBe('launch')
    expect(stage('running', { phase: 'connected', sawLaunch: true })).toBe('desktop')
  })

  it('shows the picture as soon as it is there, also before the news that the session runs', () => {
    expect(stage('starting', { phase: 'connecting' })).toBe('launch')
    expect(stage('starting', { phase: 'connected', sawLaunch: true })).toBe('desktop')
    expect(stage('starting', { phase: 'connected', wanted: 'stopped' })).toBe('stopping')
  })

  it('does not tell the steps of a start that was long ago', () => {
    expect(stage('running', { phase: 'loading' })).toBe('opening')
  })

  it('keeps the picture while a pause or a stop is on its way', () => {
    expect(stage('running', { phase: 'connected', wanted: 'paused' })).toBe('desktop')
    expect(stage('running', { phase: 'connected', wanted: 'stopped' })).toBe('desktop')
  })

  it('keeps the picture of an unreachable agent as long as it streams', () => {
    expect(stage('running', { phase: 'connected', unreachable: true })).toBe('desktop')
    expect(stage('running', { phase: 'waiting', wasConnected: true, unreachable: true })).toBe('unreachable')
    expect(stage('starting', { unreachable: true })).toBe('unreachable')
  })

  it('says that it comes back after a drop, and that it does not after a refusal', () => {
    for (const phase of ['waiting', 'ticket', 'loading', 'wavering'] as const)
      expect(stage('running', { phase, wasConnected: true, sawLaunch: true })).toBe('dropped')
    expect(stage('running', { phase: 'refused' })).toBe('refused')
  })

  it('shows no desktop to anybody but its owner', () => {
    expect(stage('running', { isOwner: false, phase: 'idle' })).toBe('foreign')
    expect(stage('failed', { isOwner: false })).toBe('failed')
  })

  it('shows what a session is once it rests, and that it is going', () => {
    expect(stage('paused')).toBe('paused')
    expect(stage('stopped', { wanted: 'stopped' })).toBe('stopped')
    expect(stage('failed')).toBe('failed')
    expect(stage('lost')).toBe('lost')
    expect(stage('running', { wanted: 'deleted', phase: 'connected' })).toBe('deleting')
    expect(stage('starting', { wanted: 'stopped' })).toBe('stopping')
    expect(stage('deleting', { wanted: 'deleted', gone: true })).toBe('deleted')
  })
})

describe('hasDesktop', () => {
  const at = (state: SessionState, last: SessionEventCode, wanted: Wanted = 'running') =>
    hasDesktop({
      state,
      wanted,
      verbs: state === 'running' ? ['connect'] : [],
      timeline: [{ at: '', code: last, text: '', params: {} }],
    })

  it('asks ahead while the container starts, and not while an image comes down or a launch is taken back', () => {
    expect(at('starting', 'created')).toBe(true)
    expect(at('starting', 'started')).toBe(true)
    expect(at('starting', 'pulling')).toBe(false)
    expect(at('queued', 'queued')).toBe(false)
    expect(at('starting', 'started', 'deleted')).toBe(false)
  })

  it('is the right to connect once it runs', () => {
    expect(at('running', 'answered')).toBe(true)
    expect(at('failed', 'failed')).toBe(false)
  })
})
