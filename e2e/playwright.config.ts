// End-to-end: the real portal, brought up by its own command, on a real Docker Engine, in a real browser.
import { defineConfig } from '@playwright/test'
import { chromiumOptions } from '@/e2e/support/chromium-options'

export default defineConfig({
  testDir: './specs',
  outputDir: '../test-results/e2e',
  globalSetup: './support/global-setup.ts',
  // One portal and one engine on two cores: tests beside each other would only wait for each other.
  workers: 1,
  // A test that needed its second try is reported as flaky.
  retries: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['./attacks/playwright-outcomes.ts']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    ignoreHTTPSErrors: true,
    launchOptions: chromiumOptions,
  },
  projects: [
    { name: 'domain', metadata: { form: 'domain' } },
    // The other form of a session's origin; only what depends on it is tested again.
    {
      name: 'port',
      metadata: { form: 'port' },
      testMatch: ['main-job', 'isolation', 'health', 'attacks', 'files', 'exchange', 'desktop-dies'].map(
        (name) => `${name}.spec.ts`,
      ),
    },
  ],
})
