// The one table of everything that can go wrong in our words, with the HTTP status and the sentence for each.

type ErrorEntry = { status: number; message: string; hint?: string }

export const errorTable = {
  invalid_input: { status: 422, message: 'Some of the values are not valid.', hint: 'Correct the marked fields and try again.' },
  malformed_request: {
    status: 400,
    message: 'The request could not be read.',
    hint: 'Send a JSON object with content type application/json.',
  },
  too_large: { status: 413, message: 'The request is larger than allowed.' },
  unauthenticated: { status: 401, message: 'You are not signed in.', hint: 'Sign in and try again.' },
  sign_in_failed: { status: 401, message: 'Name or password is wrong.' },
  sign_in_slowed: { status: 429, message: 'Too many failed sign-ins.', hint: 'Wait a moment before you try again.' },
  password_change_required: {
    status: 403,
    message: 'Choose a password of your own first.',
    hint: 'Open the account page and change it.',
  },
  forbidden: { status: 403, message: 'You may not do this.' },
  foreign_origin: { status: 403, message: 'The request came from another site.' },
  not_found: { status: 404, message: 'There is no such thing, or it is not yours.' },
  method_not_allowed: { status: 405, message: 'This address does not take that method.' },
  conflict: { status: 409, message: 'Someone changed this meanwhile.', hint: 'Reload and try again.' },
  name_taken: { status: 409, message: 'That name is already in use.', hint: 'Choose another name.' },
  wrong_state: { status: 409, message: 'That is not possible in the present state.' },
  last_administrator: {
    status: 409,
    message: 'This is the last administrator.',
    hint: 'Make someone else an administrator first.',
  },
  self_change: { status: 409, message: 'You cannot do this to your own account.' },
  user_in_use: { status: 409, message: 'This person still has sessions.', hint: 'Delete those sessions first.' },
  wrong_password: { status: 403, message: 'The present password is wrong.' },
  session_limit: {
    status: 409,
    message: 'You have reached your limit of sessions.',
    hint: 'Stop or delete one of your sessions first.',
  },
  resource_limit: {
    status: 409,
    message: 'This would take more than your limits allow.',
    hint: 'Stop a session or ask an administrator.',
  },
  image_in_use: { status: 409, message: 'Sessions of this workspace still exist.' },
  gpu_held: { status: 409, message: 'More sessions hold this GPU than that.', hint: 'Stop some of them first.' },
  agent_in_use: { status: 409, message: 'Sessions still hold this agent.', hint: 'Delete or move them first.' },
  home_in_use: {
    status: 409,
    message: 'Another session uses the same home.',
    hint: 'Stop that session first: two desktops on one home break each other.',
  },
  file_exists: { status: 409, message: 'There is already a file of that name.', hint: 'Choose another name, or replace it.' },
  file_refused: { status: 409, message: 'That file cannot be transferred.' },
  files_not_allowed: { status: 403, message: 'This workspace does not let files through.', hint: 'Ask an administrator.' },
  length_required: {
    status: 411,
    message: 'The size of the file must be known beforehand.',
    hint: 'Send it with the header Content-Length.',
  },
  too_many_transfers: {
    status: 429,
    message: 'Too many files of this session are under way.',
    hint: 'Wait until one of them is done.',
  },
  transfer_broken: { status: 502, message: 'The transfer broke off.', hint: 'Try again.' },
  no_way_to_controller: {
    status: 503,
    message: 'The portal has no way to the controller that looks after this session.',
    hint: 'Desktops are not affected. An administrator finds BERTH_TRANSFER_LISTEN in the documentation of several processes.',
  },
  extend_not_allowed: { status: 409, message: 'The time limit of this session cannot be extended.' },
  no_controller: {
    status: 503,
    message: 'No controller answered.',
    hint: 'Check that the portal runs with the controller role.',
  },
  database_unavailable: {
    status: 503,
    message: 'The database does not answer.',
    hint: 'Check that PostgreSQL runs and that DATABASE_URL is right.',
  },
  agent_unreachable: { status: 502, message: 'The agent does not answer.' },
  agent_refused: { status: 502, message: 'The agent refused the call.' },
  agent_tls: {
    status: 502,
    message: 'The TLS connection to the agent failed.',
    hint: 'Check the CA, the client certificate and the host name.',
  },
  agent_ssh: {
    status: 502,
    message: 'The ssh connection to the agent failed.',
    hint: 'Check the user, the key and the port.',
  },
  agent_host_key: {
    status: 502,
    message: 'The host key of the agent is not the one that was confirmed.',
    hint: 'Compare it on the host. If the host was set up anew, confirm the new key in the agent’s settings.',
  },
  agent_taken: {
    status: 409,
    message: 'Another portal acts on this host.',
    hint: 'Let it give the host up, or take the host over on the agent’s page.',
  },
  agent_same_host: {
    status: 409,
    message: 'This Docker Engine is another agent already.',
    hint: 'One engine can be one agent only, or what it has would be handed out twice (docs/agents.md#which-host-it-is).',
  },
  agent_other_engine: {
    status: 409,
    message: 'Another Docker Engine answers at the address of the agent.',
    hint: 'Correct the address, or say on the agent’s page that the sessions on the former engine are gone.',
  },
  agent_timeout: { status: 504, message: 'The agent did not answer in time.' },
  agent_api_too_old: {
    status: 502,
    message: 'The Docker Engine of the agent is too old.',
    hint: 'Berth needs API 1.41 (Docker 20.10) or newer.',
  },
  host_refused: {
    status: 401,
    message: 'The portal does not know this host.',
    hint: 'Make a new line under Administration → Agents → Add an agent, and run it.',
  },
  host_slowed: { status: 429, message: 'Too many refused requests came from this address.' },
  host_clock: {
    status: 409,
    message: 'The clock of the host is wrong.',
    hint: 'Set it (timedatectl set-ntp true) and run it again.',
  },
  registry_refused: { status: 502, message: 'The registry refused the image.' },
  registry_unreachable: { status: 502, message: 'The registry does not answer.' },
  fetch_refused: { status: 422, message: 'That address is not fetched from.' },
  fetch_failed: {
    status: 502,
    message: 'That address could not be fetched from.',
    hint: 'Check the address, or download the file and upload it.',
  },
  image_missing: { status: 409, message: 'The image is not on the agent and cannot be pulled.' },
  image_source_away: {
    status: 503,
    message: 'No agent that has the image answers.',
    hint: 'No registry knows it, so it is copied from another agent as soon as one of them is back.',
  },
  image_copy_failed: { status: 502, message: 'The copy of the image from another agent broke off.' },
  image_too_large: { status: 409, message: 'The image does not fit on the disk of the agent.' },
  image_still_used: { status: 409, message: 'The image is still used on the agent.' },
  container_conflict: { status: 409, message: 'A container that is not ours has this name.' },
  container_failed: { status: 502, message: 'The container could not be started.' },
  disk_low: { status: 409, message: 'The agent has too little free disk space.' },
  session_unavailable: {
    status: 503,
    message: 'The desktop does not answer.',
    hint: 'It may still be starting: try again in a moment.',
  },
  ticket_invalid: { status: 403, message: 'This link is not valid any more.', hint: 'Open the session from the portal.' },
  misconfigured: { status: 500, message: 'The portal is not configured correctly.' },
  unexpected: {
    status: 500,
    message: 'Something went wrong on our side.',
    hint: 'Try again; if it stays, give the reference to an administrator.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorTable

type DomainErrorOptions = {
  message?: string
  hint?: string
  fields?: Record<string, string>
  cause?: unknown
  /** For the log, never for the reader. */
  detail?: Record<string, unknown>
}

export class DomainError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly fields: Record<string, string> | undefined
  readonly detail: Record<string, unknown> | undefined

  constructor(code: ErrorCode, options: DomainErrorOptions = {}) {
    super(options.message ?? errorTable[code].message, { cause: options.cause })
    this.name = 'DomainError'
    this.code = code
    this.hint = options.hint ?? (errorTable[code] as ErrorEntry).hint
    this.fields = options.fields
    this.detail = options.detail
  }

  get status(): number {
    return errorTable[this.code].status
  }
}

/** Branches on the code, not on the class: two bundles of one process each have their own copy of the class. */
export function isDomainError(error: unknown): error is DomainError {
  return error instanceof Error && error.name === 'DomainError' && 'code' in error
}

export function hasCode(error: unknown, ...codes: ErrorCode[]): boolean {
  return isDomainError(error) && codes.includes(error.code)
}
