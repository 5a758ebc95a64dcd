// Brings up one portal per form of a session's origin, and checks at the end that nothing of others was touched and nothing of ours is left.
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type Docker from 'dockerode'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { containersOf, makeStranger, openEngine, removeInstallation } from './engine'
import { forgetPortal, newPortalFacts, type RunningPortal, startPortal } from './portal'
import { secretsIn } from './secrets-in'
import { factsPath } from './test'

export default async function globalSetup(): Promise<() => Promise<void>> {
  const engine = openEngine()
  const portals: RunningPortal[] = []
  const wanted = (process.env.BERTH_TEST_FORMS ?? 'domain,port').split(',') as ('domain' | 'port')[]
  const strangerName = `stranger-${randomBytes(4).toString('hex')}`
  const stranger = await (async () => {
    for (const form of wanted) portals.push(await startPortal(await newPortalFacts(form, { BERTH_LOG_LEVEL: 'debug' })))
    return makeStranger(engine, defaultDesktopTag, strangerName)
  })().catch(async (error: unknown) => {
    // Nobody calls what this function would have given back.
    for (const portal of portals) await endPortal(engine, portal)
    throw error
  })
  mkdirSync(dirname(factsPath), { recursive: true })
  writeFileSync(
    factsPath,
    JSON.stringify(portals.map(({ child: _child, interrupt: _interrupt, output: _output, ...facts }) => facts)),
    { mode: 0o600 },
  )

  return async () => {
    const problems: string[] = []
    for (const portal of portals) {
      const code = await endPortal(engine, portal)
      problems.push(...secretsIn(portal.output(), portal).map((secret) => `the portal in ${portal.form} form printed ${secret}`))
      if (code !== 0) problems.push(`the portal in ${portal.form} form ended with ${code}:\n${portal.output().slice(-3_000)}`)
      if ((await containersOf(engine, portal.installLabel)).length > 0)
        problems.push(`containers of ${portal.installLabel} are left`)
    }
    await stranger.verify().catch((error: Error) => problems.push(error.message))
    await stranger.remove()
    rmSync(factsPath, { force: true })
    if (problems.length > 0) throw new Error(problems.join('\n'))
  }
}

async function endPortal(engine: Docker, portal: RunningPortal): Promise<number | null> {
  const code = await portal.interrupt()
  await removeInstallation(engine, portal.installLabel)
  forgetPortal(portal)
  return code
}
