import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const alias = { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') }
const everyTest = ['**/*.test.ts', '**/*.test.tsx']
const elsewhere = ['**/*.db.test.ts', '**/*.docker.test.ts', '**/*.faults.test.ts']
const never = ['**/node_modules/**', '.next/**', 'dist/**', '.berth/**', 'e2e/**/*.spec.ts']

// Simulated hosts are engines of a test's own, in network namespaces. Elsewhere their tests are left out, and the run says so.
const canSimulateHosts = process.platform === 'linux' && process.getuid?.() === 0
const onSimulatedHosts = ['e2e/testbed/**/*.docker.test.ts', 'lib/controller/gpu-watch.docker.test.ts']

// What needs a real engine. One more try on a busy machine, as for what needs a database, and the report says that it was needed.
const withEngine = { testTimeout: 120_000, hookTimeout: 180_000, retry: 1, fileParallelism: false }

// Projects by what a test needs: nothing, a real PostgreSQL, the machine's Docker Engine, engines of its own; and all faults, which take long.
// `test:unit` stays fast because of it, and `npm test` runs `docker` and `hosts` beside each other.
export default defineConfig({
  resolve: { alias },
  test: {
    ...(process.env.TEST_ATTACK_OUTCOMES ? { reporters: ['default', './e2e/attacks/vitest-outcomes.ts'] } : {}),
    projects: [
      {
        resolve: { alias },
        // One world for all files of a worker: loading the same modules anew for each cost more than half of the time.
        test: { name: 'unit', include: everyTest, exclude: [...never, ...elsewhere], isolate: false },
      },
      {
        resolve: { alias },
        test: {
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude: never,
          globalSetup: './scripts/test/database-setup.ts',
          testTimeout: 30_000,
          hookTimeout: 60_000,
          retry: 1,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'docker',
          include: ['**/*.docker.test.ts'],
          exclude: [...never, ...onSimulatedHosts],
          globalSetup: ['./scripts/test/database-setup.ts', ...(canSimulateHosts ? [] : ['./e2e/testbed/say-left-out.ts'])],
          ...withEngine,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'hosts',
          include: canSimulateHosts ? onSimulatedHosts : [],
          exclude: never,
          globalSetup: './scripts/test/database-setup.ts',
          ...withEngine,
          // Each file has engines, addresses and a folder of its own, and mostly waits for them.
          fileParallelism: true,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'faults',
          include: ['**/*.faults.test.ts'],
          exclude: never,
          globalSetup: './scripts/test/database-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      // Needs programs that `npm test` does not install: npm run test:proxies.
      {
        resolve: { alias },
        test: {
          name: 'proxies',
          include: ['e2e/proxies/*.proxies.ts'],
          exclude: never,
          globalSetup: './scripts/test/database-setup.ts',
          hookTimeout: 60_000,
        },
      },
    ],
    // One worker per core would starve the engine and the database that the tests talk to.
    maxWorkers: 2,
  },
})
