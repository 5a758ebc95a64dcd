import { describe, expect, it } from 'vitest'
import { AgentCreate, AgentPatch } from '@/lib/domain/agent'
import { type AgentForm, agentProblems, checkAgentForm, toAgentForm, toChanges, toCreate } from './agent-form-values'

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'
const form = (change: Partial<AgentForm> = {}): AgentForm => ({
  ...toAgentForm(null),
  name: 'gpu-1',
  host: '10.0.0.5',
  caPem: pem,
  certPem: pem,
  keyPem: pem,
  ...change,
})

describe('the form of an agent', () => {
  it('makes an agent over tcp that the schema accepts', () => {
    const agent = AgentCreate.parse(toCreate(form({ bindPaths: ['/srv/sets', ' '], publishAddress: '' })))
    expect(agent.endpoint).toMatchObject({ kind: 'tcp', host: '10.0.0.5', port: 2376, serverName: null })
    expect(agent.bindPaths).toEqual(['/srv/sets'])
    expect(agent.publishAddress).toBeNull()
  })

  it('sends nothing of the other kind of endpoint', () => {
    const agent = toCreate(form({ kind: 'socket' }))
    expect(agent.endpoint).toEqual({ kind: 'socket', socketPath: '/var/run/docker.sock' })
  })

  it('asks for a key on a new agent and not where one is stored', () => {
    const without = form({ keyPem: '' })
    expect(checkAgentForm(without, null)?.keyPem?.message).toContain('client key')
    expect(checkAgentForm(without, 'tcp')).toBeNull()
  })

  it('marks what is wrong at its own field', () => {
    const problems = checkAgentForm(
      form({ host: 'no host!', port: null, bindPaths: ['/etc'], caPem: 'x', gpusExpected: -1 }),
      null,
    )
    expect(Object.keys(problems ?? {}).sort()).toEqual(['bindPaths', 'caPem', 'gpusExpected', 'host', 'port'])
    expect(problems?.port?.message).toBe('Enter a number.')
    expect(problems?.bindPaths?.at['0']).toContain('may not be given')
  })

  it('sends in an edit only what was changed, and never an untouched key', () => {
    const stored = form({ keyPem: '' })
    expect(toChanges({ ...stored, groups: ['a100'] }, stored)).toEqual({ groups: ['a100'] })
    const moved = toChanges({ ...stored, port: 2377 }, stored)
    expect(Object.keys(moved)).toEqual(['endpoint'])
    expect(AgentPatch.parse(moved).endpoint).not.toHaveProperty('keyPem')
    expect(toChanges({ ...stored, keyPem: pem }, stored)).toMatchObject({ endpoint: { keyPem: pem } })
  })

  it('sends an emptied override as none', () => {
    const stored = form({ cpuMillisOverride: 4000, keyPem: '' })
    expect(toChanges({ ...stored, cpuMillisOverride: null }, stored)).toEqual({ cpuMillisOverride: null })
    expect(toChanges({ ...stored, gpusExpected: 0 }, stored)).toEqual({ gpusExpected: 0 })
  })

  it('reads the server’s paths as its own', () => {
    const found = agentProblems(
      [
        { path: ['changes', 'name'], message: 'Taken.' },
        { path: ['endpoint', 'keyPem'], message: 'Paste it.' },
        { path: ['changes', 'endpoint', 'host'], message: 'No.' },
      ],
      'tcp',
    )
    expect(found.name?.message).toBe('Taken.')
    expect(found.keyPem?.message).toBe('Paste it.')
    expect(found.host?.message).toBe('No.')
  })
})
