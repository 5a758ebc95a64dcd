// What no line of a log may hold, told by its form: nobody has to know the secret itself to see that one is there.
import type { PortalFacts } from './portal'

const forms: [string, RegExp][] = [
  ['an API key', /brt_[A-Za-z0-9_-]{43}/],
  ['the token of a host', /bht_[A-Za-z0-9_-]{43}/],
  ['a ticket', /ticket=[A-Za-z0-9_-]{20}/],
  ['a cookie', /(berth(-[\w]+)*|sign-in|csrf)=[A-Za-z0-9._-]{20}/],
  ['the password of a desktop', /VNC_PW=|Basic [A-Za-z0-9+/=]{16}/],
  ['a private key', /PRIVATE KEY/],
]

export function secretsIn(text: string, { adminPassword }: Pick<PortalFacts, 'adminPassword'>): string[] {
  const lines = text.split('\n')
  return [...forms, ['the password of the administrator', new RegExp(adminPassword)] as const].flatMap(([name, form]) => {
    const line = lines.find((one) => form.test(one))
    return line === undefined ? [] : [`${name}: ${line.slice(0, 300)}`]
  })
}
