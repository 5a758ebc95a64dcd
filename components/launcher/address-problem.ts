// Whether desktops can work at the address the page was opened at. Pure; the browser's facts are handed in.

export type OpenedAt = { origin: string; isSecure: boolean }
export type AddressProblem = { title: string; text: string; openInstead: string | null }

/** Desktops are framed from origins that admit the public address alone, and their cookies need a secure page. */
export function addressProblem(opened: OpenedAt, publicOrigin: string): AddressProblem | null {
  if (opened.origin !== publicOrigin) {
    return {
      title: 'Desktops do not work at this address',
      text: `This portal is set up for ${publicOrigin}, and this page was opened at ${opened.origin}. Desktops show themselves to that address only.`,
      openInstead: publicOrigin,
    }
  }
  if (!opened.isSecure) {
    return {
      title: 'Desktops need HTTPS here',
      text: 'Over plain HTTP a browser keeps the cookies of desktops on localhost only. Open the portal through ssh -L as localhost, or ask an administrator to set it up with HTTPS.',
      openInstead: null,
    }
  }
  return null
}
