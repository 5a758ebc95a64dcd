// Files in and out of a real desktop in a real browser: chosen, dropped, refused, cancelled, downloaded.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { desktopFrame } from '@/e2e/support/desktop'
import { containerOfSession, execIn, openEngine } from '@/e2e/support/engine'
import { deleteSessions, imageIdOf, runningSession } from '@/e2e/support/people'
import { test } from '@/e2e/support/test'

const engine = openEngine()
const hostile = '<img src=x onerror=alert(1)>.txt'

test('files go into a desktop and come out of it, by button and by dropping them', async ({ admin, api, portal }) => {
  test.setTimeout(300_000)
  const folder = mkdtempSync(join(tmpdir(), 'berth-files-'))
  const local = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const sessionId = await runningSession(api, await imageIdOf(api, 'Desktop'))
  const { Id } = await containerOfSession(engine, sessionId)
  const inside = (line: string) => execIn(engine, Id, ['sh', '-c', line])
  const drawer = admin.getByRole('complementary', { name: 'Files' })
  const uploaded = drawer.getByRole('region', { name: 'Uploads', exact: true })
  try {
    await admin.goto(`${portal.url}/sessions/${sessionId}`)
    await expect(desktopFrame(admin)).toHaveAttribute('data-phase', 'connected', { timeout: 60_000 })

    await test.step('the limit is said before a file is dropped, and one that is larger is not sent', async () => {
      await api.call('PATCH', '/settings', { maxTransferBytes: 2 * 1024 ** 2 })
      await admin.reload()
      await expect(desktopFrame(admin)).toHaveAttribute('data-phase', 'connected', { timeout: 60_000 })
      const sent: string[] = []
      admin.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()))
      await drop(admin, local('larger.bin', Buffer.alloc(2 * 1024 ** 2 + 1)), 'At most 2 MiB each.')
      await expect(drawer.getByText('It is larger than the limit of 2 MiB.')).toBeVisible()
      await expect(drawer.getByText('At most 2 MiB each')).toBeVisible()
      expect(sent).toEqual([])
      await drawer.getByRole('button', { name: 'Put away larger.bin' }).click()
      await api.call('PATCH', '/settings', { maxTransferBytes: 5 * 1024 ** 3 })
      await admin.reload()
    })

    await test.step('upload two, and see them in the session', async () => {
      await admin.getByRole('button', { name: 'Files' }).click()
      await expect(drawer.getByText('At most 5 GiB each')).toBeVisible()
      const data = randomBytes(3_000_000)
      await drawer.locator('input[type=file]').setInputFiles([local('data.bin', data), local(hostile, Buffer.from('inert'))])
      await expect(uploaded.getByText('data.bin')).toBeVisible()
      await expect(uploaded.getByText(hostile)).toBeVisible()
      expect(await inside('stat -c "%U %s" ~/Uploads/data.bin')).toMatch(/kasm-user 3000000/)
      writeFileSync(join(folder, 'expected'), data)
    })

    await test.step('a name that is there asks; both are kept', async () => {
      await drawer.locator('input[type=file]').setInputFiles(local('data.bin', Buffer.from('other')))
      await expect(drawer.getByText('There is already a file of that name.')).toBeVisible()
      await drawer.getByRole('button', { name: 'Keep both' }).click()
      await expect(uploaded.getByText('data (2).bin')).toBeVisible()
    })

    await test.step('one that is on its way is cancelled, and leaves nothing', async () => {
      // Slow enough that there is something to cancel.
      const network = await admin.context().newCDPSession(admin)
      await network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: 200_000,
      })
      await drawer.locator('input[type=file]').setInputFiles(local('slow.bin', Buffer.alloc(40_000_000)))
      await expect(drawer.getByRole('progressbar', { name: 'slow.bin' })).toHaveAttribute('aria-valuetext', /left/)
      await look(admin, 'uploading')
      await drawer.getByRole('button', { name: 'Cancel slow.bin' }).click()
      await network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      })
      await expect(async () =>
        expect(await inside('ls -A ~/Uploads; ps -eo args | grep -c "[t]ar -x"')).not.toMatch(/slow|berth-upload|[1-9]\s*$/),
      ).toPass()
    })

    await test.step('download what the desktop made; what runs in it does not run here', async () => {
      await inside(
        'printf "<script>alert(1)</script>" > ~/Downloads/page.html; ln -s /etc/passwd ~/Downloads/link; mkdir ~/Downloads/made',
      )
      await drawer.getByRole('button', { name: 'Look again' }).click()
      await expect(drawer.getByText('Folder: pack it on the desktop first')).toBeVisible()
      await expect(drawer.getByRole('link', { name: 'Download link' })).toHaveCount(0)
      const begun = admin.waitForEvent('download')
      await drawer.getByRole('link', { name: 'Download page.html' }).click()
      const download = await begun
      expect(download.suggestedFilename()).toBe('page.html')
      expect(readFileSync(await download.path(), 'utf8')).toBe('<script>alert(1)</script>')
      const answer = await admin.request.get(
        `${portal.url}/api/v1/sessions/${sessionId}/files/Uploads/${encodeURIComponent(hostile)}`,
      )
      expect(answer.headers()).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-length': '5',
        'content-security-policy': expect.stringContaining('sandbox'),
        'x-content-type-options': 'nosniff',
        'content-disposition': expect.stringMatching(/^attachment; /),
      })
      const whole = await admin.request.get(`${portal.url}/api/v1/sessions/${sessionId}/files/Uploads/data.bin`)
      expect((await whole.body()).equals(readFileSync(join(folder, 'expected')))).toBe(true)
      const head = await admin.request.head(`${portal.url}/api/v1/sessions/${sessionId}/files/Uploads/data.bin`)
      expect([head.status(), head.headers().allow]).toEqual([405, 'GET, PUT'])
      // A page of another origin has the cookie in some layouts; it may not write.
      const foreign = await admin.request.put(`${portal.url}/api/v1/sessions/${sessionId}/files/Uploads/foreign.txt`, {
        headers: { Origin: 'https://evil.example' },
        data: Buffer.from('x'),
      })
      expect(foreign.status()).toBe(403)
    })

    await test.step('drop one over the desktop', async () => {
      await drawer.getByRole('button', { name: 'Close the files' }).click()
      await expect(admin.getByRole('button', { name: 'Files' })).toBeFocused()
      await drop(admin, local('dropped.txt', Buffer.from('dropped')))
      await expect(uploaded.getByText('dropped.txt')).toBeVisible()
      expect(await inside('cat ~/Uploads/dropped.txt')).toBe('dropped')
    })

    await test.step('the panel is calm: light, dark, wide and narrow', async () => {
      await look(admin, 'wide-light')
      await admin.emulateMedia({ colorScheme: 'dark' })
      await look(admin, 'wide-dark')
      await admin.setViewportSize({ width: 390, height: 844 })
      await look(admin, 'narrow-dark')
      await admin.emulateMedia({ colorScheme: 'light' })
      await look(admin, 'narrow-light')
      const { violations } = await new AxeBuilder({ page: admin }).exclude('iframe').analyze()
      expect(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => [id, nodes[0]?.html]),
      ).toEqual([])
      await admin.keyboard.press('Escape')
      await expect(drawer).toHaveCount(0)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await api.call('PATCH', '/settings', { maxTransferBytes: 5 * 1024 ** 3 })
    await deleteSessions(api, sessionId)
  }
})

async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/pages/files-${name}.png` })
}

/** As a person does it: over the desktop, where the page itself hears nothing, until it says that it takes it. */
async function drop(page: Page, path: string, limit = 'At most 5 GiB each.'): Promise<void> {
  const input = await page.context().newCDPSession(page)
  const at = { x: 600, y: 400, data: { items: [], files: [path], dragOperationsMask: 1 } }
  await input.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at })
  await input.send('Input.dispatchDragEvent', { type: 'dragOver', ...at })
  await expect(page.getByText('Drop files to upload them')).toBeVisible()
  await expect(page.getByText(limit)).toBeVisible()
  await look(page, 'dropping')
  await input.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at })
  await input.send('Input.dispatchDragEvent', { type: 'dragOver', ...at })
  await input.send('Input.dispatchDragEvent', { type: 'drop', ...at })
}
