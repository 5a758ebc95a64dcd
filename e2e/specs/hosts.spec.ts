// Adding a host by a line, as an administrator sees it. That the line works on a real host is tried in e2e/testbed/add-a-host.docker.test.ts.
import { expect } from '@playwright/test'
import { type Api, test } from '@/e2e/support/test'
import { TestHost } from '@/lib/use-cases/test-host'

test.afterEach(async ({ api }) => {
  for (const { id } of await open(api)) await api.call('DELETE', `/host-enrolments/${id}`)
})

async function open(api: Api): Promise<{ id: string; name: string }[]> {
  const { body } = await api.call<{ items: { id: string; name: string; state: string }[] }>('GET', '/host-enrolments?limit=200')
  return body.items.filter(({ state }) => ['waiting', 'configuring', 'failed'].includes(state))
}

test('the line is shown once with a token, the page follows the host, and withdrawn it is good for nothing', async ({
  admin,
  api,
  portal,
}) => {
  await admin.goto(`${portal.url}/admin/agents/new`)
  const name = admin.getByRole('textbox', { name: 'Name' })
  await expect(name).toBeEnabled()
  await name.fill('bad/name')
  await admin.getByRole('button', { name: 'Make the line' }).click()
  await expect(admin.getByText('Letters, digits, space, dot, dash and underscore')).toBeVisible()
  await name.fill('e2e-host')
  await admin.getByRole('textbox', { name: 'Address' }).fill('192.0.2.77')
  await admin.getByRole('button', { name: 'Make the line' }).click()
  const line = admin.getByLabel('The line for the host', { exact: true })
  await expect(line).toContainText(`${portal.url}/api/v1/host/script`)
  const text = (await line.textContent()) ?? ''
  expect(text).not.toMatch(/-k\b|--insecure/)
  expect(text.includes('BEGIN CERTIFICATE')).toBe(portal.form === 'port')
  await expect(admin.getByText('Only for this machine')).toBeVisible()
  await expect(admin.getByText('Waiting for e2e-host')).toBeVisible()

  const token = /--token (\S+)/.exec(text)?.[1] ?? ''
  const request = await (await TestHost.make()).request()
  expect((await api.call('POST', '/host/certificate', { token, request })).status).toBe(200)
  await expect(admin.getByText('e2e-host has its certificate')).toBeVisible()
  expect((await api.call('POST', '/host/certificate', { token, request })).status).toBe(401)

  await admin.goto(`${portal.url}/admin/agents`)
  await expect(admin.getByText('has its certificate and sets Docker up')).toBeVisible()
  expect(await admin.content()).not.toContain(token)
  await admin.getByRole('button', { name: 'Withdraw the line for e2e-host' }).click()
  await expect(admin.getByText('has its certificate and sets Docker up')).toHaveCount(0)
  expect(await open(api)).toEqual([])
})

test('the script is the same for everyone, plain text for a shell, and names this portal', async ({ admin, portal }) => {
  const response = await admin.request.get(`${portal.url}/api/v1/host/script`)
  expect(response.headers()['content-type']).toBe('text/x-shellscript; charset=utf-8')
  const text = await response.text()
  expect(text.startsWith('#!/bin/sh\n')).toBe(true)
  expect(text).toContain(`PORTAL='${portal.url}'`)
  expect(text).not.toContain('PRIVATE KEY')
})
