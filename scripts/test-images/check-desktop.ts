// Everything that the machine-learning desktop promises, tried in one session of it.

import { programOf, readEntries } from './desktop-entries'
import type { DesktopUnderTest } from './desktop-under-test'
import { closeWindows, openAndClose, windowIds } from './icon-windows'
import {
  promisedCommands,
  promisedModules,
  promisedPages,
  promisedTensorflowWork,
  promisedTitles,
  promisedWork,
} from './promised'
import type { Checks } from './run-checks'
import type { Screens } from './screens'
import { whatDesktopLacks } from './settled'

type Check = Checks['check']

export async function checkPackages(desktop: DesktopUnderTest, check: Check): Promise<void> {
  for (const name of promisedModules) {
    await check(`import ${name}`, () =>
      desktop.shell(
        `python -W ignore -c 'import ${name} as m, sys; print(getattr(m, "__version__", getattr(sys.modules["${name.split('.')[0]}"], "__version__", "")))' 2>/tmp/import.log || { tail -n 3 /tmp/import.log; exit 1; }`,
        180,
      ),
    )
  }
  const compute = (python: string, work: string) => () =>
    desktop.shell(`${python} -W ignore - 2>/tmp/work.log <<'PY' || { tail -n 5 /tmp/work.log; exit 1; }\n${work}\nPY`, 300)
  await check('libraries compute', compute('/opt/ml/bin/python', promisedWork))
  await check('TensorFlow computes', compute('/opt/tensorflow/bin/python', promisedTensorflowWork))
  await check('JupyterLab offers TensorFlow', () => desktop.shell('jupyter kernelspec list 2>&1 | grep -w tensorflow'))
  for (const command of promisedCommands) {
    await check(
      command,
      async () =>
        (await desktop.shell(`${command} 2>/tmp/command.log || { tail -n 5 /tmp/command.log; exit 1; }`)).split('\n')[0],
    )
  }
}

export async function checkIcons(desktop: DesktopUnderTest, check: Check): Promise<void> {
  const icons = await readEntries(desktop, '"$HOME"/Desktop/*.desktop')
  await check('the desktop has icons', async () => {
    if (icons.length < 5) throw new Error(`only ${icons.length}`)
    return icons.map((icon) => icon.name).join(', ')
  })
  await check('every menu entry has its program', async () => {
    const entries = await readEntries(desktop, '/usr/share/applications/*.desktop /usr/local/share/applications/*.desktop')
    const own = new Set(entries.filter(({ path }) => path.startsWith('/usr/local/')).map(({ path }) => path.split('/').pop()))
    const shown = entries.filter(
      (entry) => entry.shown && (entry.path.startsWith('/usr/local/') || !own.has(entry.path.split('/').pop())),
    )
    const programs = [...new Set(shown.map(programOf))]
    await desktop.shell(
      programs.map((program) => `command -v '${program}' >/dev/null || { echo 'no ${program}'; exit 1; }`).join('\n'),
    )
    return `${shown.length} entries`
  })
  for (const icon of icons) {
    await check(`icon ${icon.name}`, async () => {
      const name = icon.path.replace(/^.*\/|\.desktop$/g, '')
      const title = await openAndClose(desktop, icon, promisedTitles[name])
      const page = promisedPages[name]
      if (page !== undefined) await desktop.shell(`curl -sSf --max-time 10 -o /dev/null ${page}`)
      return `"${title}"${page === undefined ? '' : ', and its page answers'}`
    })
  }
}

export async function checkNotebook(desktop: DesktopUnderTest, check: Check): Promise<void> {
  await check('the first notebook runs (papermill)', async () => {
    await desktop.shell(
      'papermill first-steps.ipynb /tmp/done.ipynb >/tmp/papermill.log 2>&1 || { tail -n 8 /tmp/papermill.log; exit 1; }',
      300,
    )
    const pictures = Number(await desktop.shell(`grep -c '"image/png"' /tmp/done.ipynb`))
    if (pictures < 2) throw new Error(`${pictures} plots instead of 2`)
    const line = await desktop.shell(`grep -o 'Trained in[^"\\\\]*' /tmp/done.ipynb | head -n 1`)
    return `${pictures} plots. ${line}`
  })
  await check('the first notebook runs (nbconvert)', async () => {
    await desktop.shell(
      'jupyter nbconvert --execute --to html --output-dir /tmp first-steps.ipynb >/tmp/nbconvert.log 2>&1 || { tail -n 8 /tmp/nbconvert.log; exit 1; }',
      300,
    )
    return `${await desktop.shell('stat -c %s /tmp/first-steps.html')} bytes of HTML`
  })
}

/** Pictures for a person to look at. */
export async function takePictures(desktop: DesktopUnderTest, screens: Screens, check: Check): Promise<void> {
  await check('picture of the desktop', () => screens.save('desktop', whatDesktopLacks))
  const empty = await windowIds(desktop)
  const show = (name: string, command: string, ready: string) =>
    check(`picture of ${name}`, async () => {
      await desktop.shell(`setsid ${command} >/tmp/show.log 2>&1 </dev/null &`)
      await desktop.shell(
        `for ((i = 0; i < 600; i++)); do ${ready} && exit 0; sleep 0.5; done; wmctrl -l; tail -n 5 /tmp/show.log; exit 1`,
        330,
      )
      const path = await screens.save(name)
      await closeWindows(desktop, empty)
      return path
    })
  await show('first-steps', 'ml-web jupyterlab first-steps.ipynb', 'wmctrl -l | grep -q "first-steps.* - JupyterLab"')
  await show('spyder', 'spyder', 'wmctrl -l | grep -q "Spyder (Python"')
  await show('kate', 'kate first-steps.ipynb', 'wmctrl -l | grep -qi kate')
  await show('mlflow', 'ml-web mlflow', 'wmctrl -l | grep -qi mlflow')
}
