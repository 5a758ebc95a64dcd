// What a host calls while it is added and later by its timer. Nobody is signed in: a token that is good once, or a signature by the host's key.
import { z } from 'zod'
import { HostClaim, HostRenewal, HostSigned } from '@/lib/domain/host-enrolment'
import { claimHostCertificate } from '@/lib/use-cases/claim-host-certificate'
import { readHostAddresses } from '@/lib/use-cases/read-host-addresses'
import { readHostScript } from '@/lib/use-cases/read-host-script'
import { registerHost } from '@/lib/use-cases/register-host'
import { renewHostCertificate } from '@/lib/use-cases/renew-host-certificate'
import { operation } from '@/lib/web/operation'

const open = { open: true, maxJsonBytes: 16 * 1024 } as const
const text = z.string()

/** One address: the server writes this header before Next sees the request. */
const callerOf = (headers: Headers) => ({ address: headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '' })

export const hostScriptOperation = operation({
  name: 'host.script',
  method: 'GET',
  path: '/host/script',
  summary: 'The script that makes a Docker host an agent (text/x-shellscript); the same for every host',
  ...open,
  run: async ({ deps }) =>
    new Response(await readHostScript(deps), {
      headers: {
        'content-type': 'text/x-shellscript; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      },
    }),
})

export const claimCertificateOperation = operation({
  name: 'host.certificate',
  method: 'POST',
  path: '/host/certificate',
  summary: 'A host shows its token, which is used up by that, and gets its certificate',
  body: HostClaim,
  ...open,
  answer: z.object({ hostId: text, name: text, address: text, port: z.int(), certificate: text, ca: text }),
  run: ({ deps, input, headers }) => claimHostCertificate(deps, callerOf(headers), input),
})

export const registerHostOperation = operation({
  name: 'host.register',
  method: 'POST',
  path: '/host/registration',
  summary: 'The engine of a host is ready: the portal connects back and makes the agent',
  body: HostSigned,
  ...open,
  answer: z.union([
    z.object({ registered: z.literal(true), name: text }),
    z.object({ registered: z.literal(false), problem: text, hint: text.nullable() }),
  ]),
  run: ({ deps, input, headers }) => registerHost(deps, callerOf(headers), input),
})

export const renewCertificateOperation = operation({
  name: 'host.renew',
  method: 'POST',
  path: '/host/renewal',
  summary: 'A host renews its certificate, for the same key',
  body: HostRenewal,
  ...open,
  answer: z.object({ certificate: text, ca: text }),
  run: ({ deps, input, headers }) => renewHostCertificate(deps, callerOf(headers), input),
})

export const hostAddressesOperation = operation({
  name: 'host.addresses',
  method: 'POST',
  path: '/host/addresses',
  summary: 'What the filters of a host need to know, and by which certificates it knows the portal',
  body: HostSigned,
  ...open,
  answer: z.object({ portals: text, agents: text, trust: text }),
  run: ({ deps, input, headers }) => readHostAddresses(deps, callerOf(headers), input),
})
