// The desktop inside the page: waiting for its picture, typing into it, and looking at its pixels.
import { expect, type Locator, type Page } from '@playwright/test'
import { PNG } from 'pngjs'

export function desktopFrame(page: Page): Locator {
  return page.getByTestId('desktop-frame')
}

/** Resolves once the canvas in the frame shows more than one colour: a painted desktop, not an empty screen. */
export async function untilPainted(page: Page): Promise<void> {
  // The frame is there before its desktop is, under the steps of the launch.
  await expect(desktopFrame(page)).toHaveAttribute('data-phase', 'connected', { timeout: 60_000 })
  await expect(async () => {
    expect(colours(PNG.sync.read(await desktopFrame(page).screenshot()))).toBeGreaterThan(20)
  }).toPass({ timeout: 60_000 })
}

/** Opens a terminal by the desktop's own shortcut and types a line into it. */
export async function typeInTerminal(page: Page, line: string): Promise<void> {
  await typeInWindow(page, line, async () => {
    await desktopFrame(page).click({ position: { x: 400, y: 60 } })
    await page.keyboard.press('Control+Alt+t')
  })
}

/** Types a line into the window that opens, which has the desktop's focus then. */
export async function typeInWindow(page: Page, line: string, open: () => Promise<void>): Promise<void> {
  const before = await shot(page)
  await open()
  // A window has appeared when a good part of the picture is another one.
  await expect(async () => expect(changedShare(before, await shot(page))).toBeGreaterThan(0.08)).toPass({ timeout: 30_000 })
  // The page's focus, without a click that could take the desktop's from the window.
  await desktopFrame(page).contentFrame().locator('canvas').focus()
  await page.keyboard.type(line, { delay: 15 })
  await page.keyboard.press('Enter')
}

/** A shell line that paints blocks of one colour which nothing else on the desktop has. */
export function paintLine([red, green, blue]: readonly [number, number, number]): string {
  return paint(`${red};${green};${blue}`)
}

/** The same with the colour that stands in a file, as `red;green;blue`. */
export function paintLineOf(path: string): string {
  return paint(`'"$(cat ${path})"'`)
}

const paint = (colour: string) => `for i in 1 2 3 4 5 6; do printf '\\033[48;2;${colour}m%60s\\033[0m\\n' ''; done`

/** How many pixels of the desktop have just this colour (a little tolerance for the encoder). */
export async function pixelsOf(page: Page, [red, green, blue]: readonly [number, number, number]): Promise<number> {
  const { data } = await shot(page)
  let count = 0
  for (let index = 0; index < data.length; index += 4) {
    const near = (value: number | undefined, wanted: number) => Math.abs((value ?? 0) - wanted) <= 12
    if (near(data[index], red) && near(data[index + 1], green) && near(data[index + 2], blue)) count++
  }
  return count
}

async function shot(page: Page): Promise<PNG> {
  return PNG.sync.read(await desktopFrame(page).screenshot())
}

function colours({ data }: PNG): number {
  const seen = new Set<number>()
  for (let index = 0; index < data.length; index += 4 * 31)
    seen.add(((data[index] ?? 0) << 16) | ((data[index + 1] ?? 0) << 8) | (data[index + 2] ?? 0))
  return seen.size
}

function changedShare(before: PNG, after: PNG): number {
  let changed = 0
  let total = 0
  for (let index = 0; index < Math.min(before.data.length, after.data.length); index += 4 * 17) {
    total++
    if (Math.abs((before.data[index] ?? 0) - (after.data[index] ?? 0)) > 24) changed++
  }
  return total === 0 ? 0 : changed / total
}
