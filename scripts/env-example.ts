// .env.example, written from the schema of the configuration so that the two cannot drift apart: npm run env-example
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { environmentSchema } from '@/lib/config-schema'

const head = `# Everything Berth can be told. All of it is optional: without any of it, the portal runs for this machine alone.
# Copy this file to .env, or set the variables in the environment. A variable set to nothing counts as unset.
`

export function envExample(): string {
  const described = Object.entries(environmentSchema.shape).filter(([, schema]) => schema.description)
  return head + described.map(([name, schema]) => `\n# ${schema.description}\n#${name}=\n`).join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync('.env.example', envExample())
