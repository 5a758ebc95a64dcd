// `npm run test:attacks`: carries out every row of the attacks on gateway and portal and prints what was seen; docs/attacks.md is made from it.
// Installs what is missing, brings up an engine where none answers, builds the portal, and leaves nothing behind.
import { dirname } from 'node:path'
import { onEngine } from './test/on-engine.mjs'
import { testPrograms } from './test/test-programs.mjs'

await onEngine(dirname(import.meta.dirname), { programs: testPrograms }, async (run) => {
  await run([process.execPath, 'scripts/up.mjs', '--build'])
  await run([process.execPath, '--import', 'tsx', 'scripts/test-attacks.ts'])
})
