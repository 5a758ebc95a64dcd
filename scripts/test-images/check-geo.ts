// The geographic part, where the image has it: GDAL, QGIS with its own Python, and packages for notebooks.
import type { DesktopUnderTest } from './desktop-under-test'
import { closeWindows, windowIds } from './icon-windows'
import { promisedGeoCommands, promisedGeoModules, promisedGeoWork } from './promised'
import type { Checks } from './run-checks'
import type { Screens } from './screens'

export async function hasGeo(desktop: DesktopUnderTest): Promise<boolean> {
  return (await desktop.shell('cat /usr/local/share/desktop-ml/geo 2>/dev/null || echo 0')) === '1'
}

export async function checkGeo(desktop: DesktopUnderTest, check: Checks['check']): Promise<void> {
  for (const command of promisedGeoCommands) {
    await check(command, async () => (await desktop.shell(`${command} 2>&1`)).split('\n')[0])
  }
  await check(`import ${promisedGeoModules.join(', ')}`, () =>
    desktop.shell(`python -W ignore -c 'import ${promisedGeoModules.join(', ')}; print(geopandas.__version__)'`, 180),
  )
  await check('shapes and rasters are written by the notebook’s packages and read by GDAL', () =>
    desktop.shell(
      `python -W ignore - <<'PY' && ogrinfo -so /tmp/places.gpkg places | grep 'Feature Count: 2' && gdalinfo /tmp/height.tif | grep 'EPSG",4326'\n${promisedGeoWork}\nPY`,
      180,
    ),
  )
}

/** Its window with what GDAL has written, and its own Python, which must not be that of the desktop. */
export async function takePictureOfQgis(desktop: DesktopUnderTest, screens: Screens, check: Checks['check']): Promise<void> {
  const before = await windowIds(desktop)
  await check('picture of qgis, whose Python finds what it needs', async () => {
    await desktop.shell(`gdal_create -q -of GTiff -outsize 40 30 -bands 1 -burn 7 -a_srs EPSG:4326 -a_ullr 0 30 40 0 /tmp/flat.tif
      echo 'import sys, qgis.utils, processing; open("/tmp/qgis-python", "w").write(sys.prefix)' > /tmp/look.py
      setsid qgis --nologo --code /tmp/look.py /tmp/flat.tif >/tmp/show.log 2>&1 </dev/null &`)
    await desktop.shell(
      'for ((i = 0; i < 600; i++)); do [ -s /tmp/qgis-python ] && wmctrl -l | grep -q QGIS && exit 0; sleep 0.5; done; wmctrl -l; tail -n 5 /tmp/show.log; exit 1',
      330,
    )
    const path = await screens.save('qgis')
    await closeWindows(desktop, before)
    return path
  })
}
