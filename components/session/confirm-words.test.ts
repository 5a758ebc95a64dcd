import { describe, expect, it } from 'vitest'
import { confirmWords } from './confirm-words'

const session = {
  imageName: 'Notebook',
  state: 'running',
  gpus: [{ uuid: 'GPU-1', model: 'L40S' }],
  gpusWanted: 1,
  hasHome: true,
} as const

describe('confirmWords', () => {
  it('names the session, says that the home is kept and that it may come back elsewhere with other GPUs', () => {
    const words = confirmWords('stop', { ...session, gpus: [...session.gpus] })
    expect(words.title).toBe('Stop “Notebook”?')
    expect(words.destroyed.join(' ')).toContain('L40S')
    expect(words.kept).toMatch(/home .* kept.*made anew.*another agent with other GPUs/)
  })

  it('promises no home to a session that has none', () => {
    for (const verb of ['stop', 'delete'] as const) {
      const words = confirmWords(verb, { ...session, gpus: [], hasHome: false })
      expect(words.kept).not.toContain('home')
      expect(words.destroyed.join(' ')).toContain('no home')
    }
  })

  it('says nothing of GPUs where none are held', () => {
    const words = confirmWords('stop', { ...session, gpus: [], gpusWanted: 0 })
    expect([words.kept, ...words.destroyed].join(' ')).not.toContain('GPU')
  })

  it('claims no running program for a session without a container', () => {
    expect(confirmWords('delete', { ...session, gpus: [], state: 'stopped' }).destroyed).toHaveLength(1)
    expect(confirmWords('delete', { ...session, gpus: [], state: 'running' }).destroyed).toHaveLength(3)
    expect(confirmWords('delete', { ...session, gpus: [], state: 'stopped' }).kept).toContain('home')
  })
})
