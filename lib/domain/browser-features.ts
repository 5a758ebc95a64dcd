// What pages may ask a browser for, as names of its permissions policy. Pointer lock has none: the frame's sandbox allows it.

/** All that a desktop needs; the session page hands exactly these on to its frame. */
export const desktopFeatures = ['clipboard-read', 'clipboard-write', 'fullscreen', 'keyboard-map', 'autoplay'] as const

const refusedFeatures = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]

/** `*`: frames get what their own `allow` says, and which frames there are says the content policy. */
export function permissionsPolicy(desktopsMay: '(self)' | '*'): string {
  const allowed = desktopFeatures.map((feature) => `${feature}=${desktopsMay}`)
  return [...allowed, ...refusedFeatures.map((feature) => `${feature}=()`)].join(', ')
}
