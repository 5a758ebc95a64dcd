// End-to-end: the real portal, brought up by its own command, on a real Docker Engine, in a real browser.
import { defineConfig } from '@playwright/test'
import { chromiumOptions } from '@/e2e/support/chromium-options'

export default defineConfig({
  testDir: './specs',
  // Emptied at the start, so each form has its own where they run beside each other.
  outputDir: `../test-results/e2e-${process.env.BERTH_TEST_FORMS ?? 'all'}`,
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
    // Recording costs the machine as much as many a test: only a test that failed once is recorded.
    trace: 'on-first-retry',
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
