import { expect } from '@playwright/test'
import { paintLine, pixelsOf, typeInTerminal, untilPainted } from '@/e2e/support/desktop'
import { containerOfSession, execIn, openEngine } from '@/e2e/support/engine'
import { test } from '@/e2e/support/test'

const magenta = [255, 0, 128] as const

test.describe('the main job', () => {
  test('an administrator clones a workspace, launches it, types into a terminal in the page, and finds the files again after stop and start', async ({
    admin,
    portal,
  }, { retry }) => {
    const engine = openEngine()
    const name = `Small desktop ${retry}`
    await test.step('clone the starter and change it', async () => {
      await admin.goto(`${portal.url}/admin/images`)
      await admin.getByRole('table').getByRole('link', { name: 'Desktop', exact: true }).click()
      await admin.getByRole('link', { name: 'Clone' }).first().click()
      // The page that is left has a form of the same labels.
      await admin.waitForURL(/\/clone$/)
      await expect(admin.getByRole('heading', { level: 1 })).toContainText('Clone')
      await admin.getByLabel('Friendly name').fill(name)
      await admin.getByRole('textbox', { name: 'Memory', exact: true }).fill('1')
      await admin.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(admin.getByText(name).first()).toBeVisible()
    })
    const sessionId = await test.step('launch it', async () => {
      await admin.goto(portal.url)
      await admin.getByRole('button', { name: `Launch ${name}`, exact: true }).click()
      await admin.waitForURL(/\/sessions\/[a-z2-7]{24}$/)
      await untilPainted(admin)
      return new URL(admin.url()).pathname.split('/').at(-1) as string
    })
    await test.step('type into a terminal and see it in pixels', async () => {
      expect(await pixelsOf(admin, magenta)).toBe(0)
      await typeInTerminal(admin, `echo kept > ~/kept.txt; ${paintLine(magenta)}`)
      await expect(async () => expect(await pixelsOf(admin, magenta)).toBeGreaterThan(5_000)).toPass({ timeout: 30_000 })
      await admin.screenshot({ path: `test-results/main-job-${portal.form}.png` })
    })
    await test.step('the container is as hard as promised', async () => {
      const { HostConfig, Config } = await containerOfSession(engine, sessionId)
      expect(HostConfig).toMatchObject({
        CapDrop: ['ALL'],
        Privileged: false,
        Memory: 1024 ** 3,
        Init: true,
        RestartPolicy: { Name: 'no' },
      })
      expect(HostConfig.SecurityOpt).toContain('no-new-privileges')
      expect(HostConfig.NetworkMode).not.toMatch(/host|none|container/)
      expect(Config.Env).toContain('NVIDIA_VISIBLE_DEVICES=void')
      expect(Config.Labels['berth.install']).toBe(portal.installLabel)
    })
    await test.step('stop it, resume it, and the file is there', async () => {
      await admin.getByRole('button', { name: 'Stop' }).click()
      await admin.getByRole('alertdialog').getByRole('button', { name: /Stop/ }).click()
      await expect(admin.getByText('Stopped').first()).toBeVisible({ timeout: 60_000 })
      await admin.getByRole('button', { name: 'Resume' }).first().click()
      await untilPainted(admin)
      const { Id } = await containerOfSession(engine, sessionId)
      expect(await execIn(engine, Id, ['cat', '/home/kasm-user/kept.txt'])).toContain('kept')
    })
    await test.step('delete it, and nothing of it is left but the home', async () => {
      await admin.getByRole('button', { name: 'Delete' }).click()
      await admin
        .getByRole('alertdialog')
        .getByRole('button', { name: /Delete/ })
        .click()
      await admin.waitForURL(`${portal.url}/`)
      await expect(async () => {
        expect(await engine.listContainers({ all: true, filters: { label: [`berth.session=${sessionId}`] } })).toHaveLength(0)
      }).toPass({ timeout: 30_000 })
    })
  })
})
