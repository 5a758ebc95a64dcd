// What went wrong in products of this kind, as attacks on Berth. A test that carries one out has the row's number in its name: `[attack 3]`.
// rows.test.ts fails for a row that neither a test nor a reason answers.

export type Row = {
  number: number
  attack: string
  /** What every test of the row must see. */
  expected: string
  /** Why nobody carries it out; for a row without tests. */
  leftOut?: string
  /** What of the row does not apply, beside its tests. */
  not?: string
}

const noSharing = 'Berth has no sharing yet.'

export const rows: readonly Row[] = [
  {
    number: 1,
    attack: 'Request or upgrade to a session without a cookie',
    expected: '401 whether the session exists or not; the desktop is not even connected to',
  },
  {
    number: 2,
    attack: 'Another user’s cookie on a session, HTTP and WebSocket',
    expected: 'the same 404 as for an unknown session; the desktop is not connected to',
  },
  {
    number: 3,
    attack: 'Cross-site WebSocket hijacking: a foreign, missing, doubled or misspelt Origin',
    expected: 'only the session’s exact own origin gets a stream',
  },
  {
    number: 4,
    attack: 'A hostile desktop page reads, calls, frames or steers the portal or another session',
    expected: 'refused by the browser or the portal; nothing changed; policies stand on every answer',
  },
  {
    number: 5,
    attack: 'Cookie tossing from a desktop, by header and by script',
    expected: 'sign-ins survive, a planted cookie opens nothing, a desktop sets none',
    not: 'Where browsers keep no cookies apart (ports of one host, names below the portal’s own), a flood of them pushes the sign-in out: this signs out, and on ports another sign-in can then be put there. The health page says so.',
  },
  {
    number: 6,
    attack: 'Cookies, credentials and forged headers of the browser sent on to the desktop',
    expected: 'the desktop gets our credentials and nothing of the browser’s',
  },
  {
    number: 7,
    attack: 'A host, target or header that names another place',
    expected: 'refused, or answered by the session of the exact host; no other place is connected to',
  },
  {
    number: 8,
    attack: 'Path escapes: dots, encodings, semicolons, backslashes, NUL',
    expected: '404; only plain paths reach the desktop, byte for byte',
  },
  {
    number: 9,
    attack: 'Request smuggling and pipelining',
    expected: 'refused with the connection closed, or each request judged for itself',
  },
  {
    number: 10,
    attack: 'Odd upgrades, huge headers, resets',
    expected: 'a plain refusal; no socket stays, the process lives',
  },
  { number: 11, attack: 'A frozen desktop whose viewers leave', expected: 'every socket is given back' },
  {
    number: 12,
    attack: 'Slow readers and half requests',
    expected: 'memory stays bounded, sockets end, others go on',
  },
  {
    number: 13,
    attack: 'Markup in host, path, ticket, cookie or origin of a refused request',
    expected: 'no answer repeats it; every error page is inert',
  },
  {
    number: 14,
    attack: 'State shared between sessions: a recycled address, cookies of one desktop for another',
    expected: 'nothing of one session reaches another; a recycled address gets no credentials',
  },
  {
    number: 15,
    attack: 'A right that ended goes on: sign-out, disabled, other role, deleted session, revoked key',
    expected: 'open streams are closed within five seconds, no new one is let in',
  },
  {
    number: 16,
    attack: 'Share links: input over a view-only link, use after revoking, guessing',
    expected: '–',
    leftOut: noSharing,
  },
  {
    number: 17,
    attack: 'Open redirect after sign-in',
    expected: 'the way leads to a page of the portal, never elsewhere',
  },
  {
    number: 18,
    attack: 'Side-app ports: another port, address or container as target',
    expected: '–',
    leftOut: 'Berth forwards to one port of a session’s own container, which nobody can choose; there are no side apps yet.',
  },
  {
    number: 19,
    attack: 'Direct access to a desktop or an engine, past the gateway',
    expected: 'refused to sibling containers and to other hosts',
  },
  {
    number: 20,
    attack: 'Another certificate than that of the container’s start',
    expected: 'no byte is sent, the stream ends with a message; unverified TLS stands only where a pin is compared',
  },
  {
    number: 21,
    attack: 'Every route, page and server action with foreign ids, as another user and as nobody',
    expected: 'the same answer as for an unknown id, or forbidden; nothing changed',
  },
  {
    number: 22,
    attack: 'Around the proxy: x-middleware-subrequest, _next/data, RSC requests, other spellings, crafted parameters',
    expected: 'no page shows protected data without its own check',
  },
  {
    number: 23,
    attack: 'Cross-site request forgery, also from a session’s host on the portal’s own site',
    expected: 'refused; nothing changed',
  },
  {
    number: 24,
    attack: 'Mass assignment, prototypes, query operators',
    expected: 'refused as unknown fields; nothing changed',
  },
  {
    number: 25,
    attack: 'Injection through the workspace form: shell text, newlines, options, huge values',
    expected: 'refused by the schema, or an ordinary container',
  },
  {
    number: 26,
    attack: 'Host paths, the Docker socket, propagation flags as mounts',
    expected: 'refused by the schema, by placement and when the container is made',
  },
  {
    number: 27,
    attack: 'More capabilities, mounts, GPUs or limits by cloning and editing, without being an administrator',
    expected: 'forbidden; nothing changed',
  },
  {
    number: 28,
    attack: 'NVIDIA_VISIBLE_DEVICES, LD_PRELOAD and the like in the environment',
    expected: 'refused; the container shows the GPUs of the ledger only',
  },
  { number: 29, attack: 'A share that outlives a stricter policy', expected: '–', leftOut: noSharing },
  {
    number: 30,
    attack: 'The first administrator made twice, or by a stranger',
    expected: 'exactly one, made at the first start; no address makes one',
  },
  {
    number: 31,
    attack: 'Guessing passwords and names, floods, huge names in the log',
    expected: 'one answer for all, slowed down by name and by address, short lines',
    not: 'OIDC state and account linking: there is no sign-in by OIDC yet.',
  },
  {
    number: 32,
    attack: 'Session fixation; cookies of deleted, demoted or signed-out people',
    expected: 'signing in makes a new cookie; one of an ended sign-in is nobody',
  },
  {
    number: 33,
    attack: 'API keys: at rest, expired, revoked, in the address',
    expected: 'only a hash is kept; ended keys are nobody at once; an address never carries one',
    not: 'Scopes: a key may do what its person may.',
  },
  {
    number: 34,
    attack: 'Stored markup and control characters in names, labels, logs and errors',
    expected: 'shown as text; the policy runs no inline script',
  },
  {
    number: 35,
    attack: 'Requests to inner addresses by forms: agents, registries, pictures; redirects, DNS rebinding',
    expected: 'refused unless allowed by configuration, by the address that is connected to',
    not: 'Webhooks and OIDC discovery: there are none yet.',
  },
  {
    number: 36,
    attack: 'Secrets in a dump of the database or in any answer',
    expected: 'none in clear',
  },
  { number: 37, attack: 'Secrets in what the portal logs and prints', expected: 'none' },
  {
    number: 38,
    attack: 'Adding a host: used, late, forged or foreign tokens, wrong CA, plain TCP',
    expected: 'refused; one token makes one agent, over mutual TLS only',
  },
  {
    number: 39,
    attack: 'A hostile or broken Docker host: endless, malformed or no answers',
    expected: 'bounded memory, the host is called unreachable, nobody else waits',
  },
  {
    number: 47,
    attack: 'From inside a desktop to metadata, the engine, the host and other sessions',
    expected: 'refused',
  },
]
