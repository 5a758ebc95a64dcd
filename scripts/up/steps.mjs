// Shows the steps of the set-up with their time: one line that changes on a terminal, whole lines elsewhere.

/** @typedef {(message: string) => void} Note */
/** @typedef {<R>(title: string, work: (note: Note) => Promise<R> | R) => Promise<R>} Step */

const secondsSince = (/** @type {number} */ from) => `${((performance.now() - from) / 1000).toFixed(1)} s`

/**
 * @param {NodeJS.WriteStream} out
 * @returns {Step}
 */
export function createSteps(out) {
  const live = out.isTTY === true
  const width = () => Math.max(20, (out.columns ?? 80) - 1)
  return async (title, work) => {
    const startedAt = performance.now()
    let detail = ''
    const draw = () => out.write(`\r\x1b[2K${`  · ${title} ${detail} (${secondsSince(startedAt)})`.slice(0, width())}`)
    const note = (/** @type {string} */ message) => {
      detail = message.replaceAll(/\s+/g, ' ').trim()
      if (live) draw()
      else out.write(`    ${detail}\n`)
    }
    if (!live) out.write(`  · ${title}\n`)
    const timer = live ? setInterval(draw, 200) : undefined
    const end = (/** @type {string} */ mark) => {
      clearInterval(timer)
      out.write(`${live ? '\r\x1b[2K' : ''}  ${mark} ${title} (${secondsSince(startedAt)})\n`)
    }
    try {
      const result = await work(note)
      end('✓')
      return result
    } catch (error) {
      end('✗')
      throw error
    }
  }
}
