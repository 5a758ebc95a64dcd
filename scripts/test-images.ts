// npm run test:images [-- --image TAG | --geo] [--next TAG] [--network NAME] [--screens FOLDER]: the smoke test of the machine-learning desktop. Builds the image when it is
// missing or out of date, then tries what it promises and prints sizes and times. Too heavy for `npm test`.
import { parseArgs } from 'node:util'
import { testEngine } from '@/e2e/contract/desktop-container'
import { probeFirstFrame } from '@/e2e/contract/rfb-probe'
import { buildMlImage, mlTag } from './images/build-ml-image'
import { checkIcons, checkNotebook, checkPackages, takePictures } from './test-images/check-desktop'
import { checkGeo, hasGeo, takePictureOfQgis } from './test-images/check-geo'
import { checkR, hasR } from './test-images/check-r'
import { checkUpdate } from './test-images/check-update'
import { startUnderTest } from './test-images/desktop-under-test'
import { imageLayers, telltaleHistory } from './test-images/image-facts'
import { createChecks } from './test-images/run-checks'
import { openScreens } from './test-images/screens'

const { values } = parseArgs({
  options: {
    image: { type: 'string' },
    geo: { type: 'boolean', default: false },
    next: { type: 'string' },
    network: { type: 'string', default: 'default' },
    screens: { type: 'string', default: 'test-results/images' },
  },
})
const image = values.image ?? (values.geo ? `${mlTag('cpu')}-geo` : mlTag('cpu'))
const { check, failed } = createChecks((line) => console.log(line))

if (values.image === undefined) {
  const built = await buildMlImage({
    docker: testEngine(),
    flavour: 'cpu',
    tag: image,
    environment: process.env,
    geo: values.geo,
    onProgress: (message, seconds) => console.log(`${seconds.toFixed(1).padStart(6)} s  ${message}`),
  })
  console.log(built.wasPresent ? `${image} is up to date.` : `${image} built in ${built.seconds.toFixed(0)} s.`)
}

await check('the history names no index, proxy or mirror', async () => {
  const layers = await imageLayers(testEngine(), image)
  const telltale = telltaleHistory(layers)
  if (telltale.length > 0) throw new Error(telltale.join(' | '))
  const total = layers.reduce((sum, layer) => sum + layer.sizeBytes, 0)
  const sizes = layers.filter((layer) => layer.sizeBytes > 5e6).map((layer) => `${Math.round(layer.sizeBytes / 1e6)}`)
  return `${(total / 1e9).toFixed(2)} GB; layers, newest first, in MB: ${sizes.join(', ')}`
})

const startedAt = performance.now()
const hostConfig = { NetworkMode: values.network }
const desktop = await startUnderTest(image, hostConfig)
console.log(`  the page answered ${((performance.now() - startedAt) / 1000).toFixed(2)} s after create`)
try {
  await check('the first picture comes', async () => {
    const frame = await probeFirstFrame(desktop)
    return `${frame.width}×${frame.height} in ${frame.elapsedMs.toFixed(0)} ms`
  })
  await check('no setting of the building machine is left', () =>
    desktop.shell(`
      [ ! -e /tmp/berth-build ] && [ ! -e /etc/pip.conf ] && [ ! -e /etc/uv ] && [ ! -e /opt/ml/pip.conf ] || { echo 'pip, uv or build settings'; exit 1; }
      ! cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -E '^(URIs|deb)' | grep -vE '(//|\\.)(debian|ubuntu|mozilla|nvidia)\\.(org|com)/'
      ! grep -rhsE '^Acquire::https?::(Proxy|CAInfo)' /etc/apt/apt.conf.d`),
  )
  await check('the home is its user’s alone', () =>
    desktop.shell('! find "$HOME" /home/kasm-default-profile ! -uid "$(id -u)" | grep .'),
  )
  const screens = await openScreens(desktop, values.screens)
  await desktop.shell('for ((i = 0; i < 120; i++)); do pgrep -x xfdesktop >/dev/null && exit 0; sleep 0.5; done; exit 1')
  await takePictures(desktop, screens, check)
  const isGeo = await hasGeo(desktop)
  if (isGeo) await takePictureOfQgis(desktop, screens, check)
  await checkIcons(desktop, check)
  await screens.close()
  await checkPackages(desktop, check)
  if (isGeo) await checkGeo(desktop, check)
  if (await hasR(desktop)) await checkR(desktop, check)
  await checkNotebook(desktop, check)
  await check('memory in use', async () => desktop.shell('free -m | awk \'/Mem/ {print $3 " MB on the machine"}\''))
} finally {
  await desktop.stop()
}
await checkUpdate({ image, nextImage: values.next, hostConfig }, check)

console.log(failed.length === 0 ? '\nAll passed.' : `\nFAILED: ${failed.join('; ')}`)
process.exit(failed.length === 0 ? 0 : 1)
