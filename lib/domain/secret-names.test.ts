import { expect, test } from 'vitest'
import { looksSecret } from './secret-names'

test.each([
  'HF_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'wandb_api_key',
  'DB_PASSWORD',
  'PGPASSWORD',
  'GITHUB_PAT',
  'OPENAI_APIKEY',
  'MLFLOW_TRACKING_TOKEN',
])('%s is taken for a secret by its name', (name) => expect(looksSecret(name)).toBe(true))

test.each(['LANG', 'KEYBOARD', 'TOKENIZERS_PARALLELISM', 'MONKEY', 'PATH', 'COMPASS', 'AUTHOR'])('%s is not', (name) =>
  expect(looksSecret(name)).toBe(false),
)

test('an address that carries a password is a secret whatever it is called', () => {
  expect(looksSecret('PROXY', 'http://me:hunter2@proxy.example:3128')).toBe(true)
  expect(looksSecret('PROXY', 'http://proxy.example:3128')).toBe(false)
})
