// Names of variables whose values are kept out of what leaves the installation. A guess by name, and on the safe side.

const words = /(^|_)(PASS|PASSWD|PASSWORD|PASSPHRASE|SECRET|TOKEN|APIKEY|KEY|CREDENTIALS?|AUTH|COOKIE|PAT|DSN|PRIVATE)(_|$)/
const endings = /(PASSWORD|SECRET|TOKEN|APIKEY)$/
/** scheme://user:password@host */
const login = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i

export function looksSecret(name: string, value = ''): boolean {
  const upper = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
  return words.test(upper) || endings.test(upper) || login.test(value)
}
