// Every environment variable that Berth reads, as one schema. The descriptions are what .env.example shows.
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { parseTransferAddress } from '@/lib/domain/transfer-address'

const hostName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/
const portNumber = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(1, 'must be 1 to 65535')
  .max(65535, 'must be 1 to 65535')
const transferAddress = z
  .string()
  .refine((text) => parseTransferAddress(text) !== null, 'must look like 10.0.0.5:7081 or [fd00::5]:7081')
const allRoles = ['web', 'gateway', 'controller'] as const

/** Every variable that Berth reads, with the sentence that `.env.example` shows for it. */
export const environmentSchema = z.object({
  BERTH_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address, for example https://berth.example.org' })
    .refine(
      (value) => !URL.canParse(value) || new URL(value).href === `${new URL(value).origin}/`,
      'must be an origin without a path',
    )
    .optional()
    .describe('Address people open. Default: http://localhost and the port.'),
  BERTH_SESSION_DOMAIN: z
    .string()
    .toLowerCase()
    .regex(hostName, 'must be a host name such as desktops.example.net, without scheme, port or *')
    .optional()
    .describe('Each session lives at <session>.<this domain>; needs wildcard DNS. Default for a localhost portal: localhost.'),
  BERTH_SESSION_PORTS: z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/, 'must look like 6100-6299')
    .optional()
    .describe('Without wildcard DNS: one HTTPS port per session from this range, for example 6100-6299.'),
  BERTH_TLS_CERT: z.string().optional().describe('PEM file with the certificate chain for HTTPS; needs BERTH_TLS_KEY.'),
  BERTH_TLS_KEY: z.string().optional().describe('PEM file with the private key that belongs to BERTH_TLS_CERT.'),
  BERTH_TRUSTED_PROXIES: z
    .string()
    .optional()
    .describe('Addresses or CIDR ranges of reverse proxies, comma separated, whose X-Forwarded-* headers are believed.'),
  BERTH_FETCH_ALLOW: z
    .string()
    .optional()
    .describe(
      'Hosts, addresses or CIDR ranges, comma separated, that workspace registries may be fetched from although they are not public.',
    ),
  BERTH_HOST: z.string().default('127.0.0.1').describe('Address to listen on. Wider than loopback needs HTTPS.'),
  BERTH_PORT: portNumber.default(7080).describe('Port to listen on.'),
  BERTH_DATA_DIR: z
    .string()
    .refine(isAbsolute, 'must be an absolute path')
    .optional()
    .describe('Database, secret, logs, exports. Default: /var/lib/berth for root, ~/.local/share/berth otherwise.'),
  BERTH_ROLES: z
    .string()
    .default('web,gateway,controller')
    .transform((value) => value.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(allRoles, `must name roles out of ${allRoles.join(', ')}`)).min(1))
    .describe('What this process does, comma separated.'),
  BERTH_EGRESS_ADDRESSES: z
    .string()
    .regex(/^[0-9a-fA-F.:]+(,[0-9a-fA-F.:]+)*$/, 'must be IP addresses, comma separated')
    .optional()
    .describe('Addresses that agents see this machine come from, where NAT changes them. Default: its own.'),
  BERTH_TRANSFER_LISTEN: transferAddress
    .default('127.0.0.1:0')
    .describe('Where a controller takes files for sessions from web processes, host:port; 0 is any free port. Encrypted.'),
  BERTH_TRANSFER_ADDRESS: transferAddress
    .optional()
    .describe(
      'Where web processes reach that, host:port, where it is elsewhere. Default for every address (0.0.0.0): the machine’s first one.',
    ),
  BERTH_HEALTH_LISTEN: transferAddress
    .optional()
    .describe(
      'Where this process answers /api/health/live and /api/health/ready, and nothing else, host:port over plain HTTP. For controllers, which listen nowhere otherwise.',
    ),
  BERTH_SECRET: z
    .string()
    .min(43, 'must hold at least 32 random bytes, for example from: openssl rand -base64 32')
    .optional()
    .describe('Shared secret of several processes on different machines. Default: a file made in the data directory.'),
  BERTH_ADMIN_PASSWORD: z
    .string()
    .min(12, 'must have at least 12 characters')
    .max(256, 'must have at most 256 characters')
    .optional()
    .describe('Password of the administrator made on first start. Default: a random one, printed once.'),
  BERTH_INSTALL_LABEL: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits or hyphens')
    .optional()
    .describe('Value of the label berth.install on containers of a new installation. Default: random.'),
  BERTH_SHARE_HOSTS: z
    .enum(['yes', 'no'], 'must be yes or no')
    .default('no')
    .describe(
      'yes: other portals may act on the same Docker hosts. Default: one portal per host; this one leaves a mark there, and stands aside where another has left one.',
    ),
  BERTH_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,256}$/, 'must have 32 to 256 characters without spaces, for example from: openssl rand -hex 32')
    .optional()
    .describe('Lets Prometheus read /api/metrics with this as bearer token. Default: only API keys of administrators may.'),
  BERTH_LOG: z
    .enum(['auto', 'stdout', 'file'], 'must be auto, stdout or file')
    .default('auto')
    .describe('Where log lines go. auto: the journal under systemd, a rotated file otherwise.'),
  BERTH_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error')
    .default('info')
    .describe('The least important lines that are kept.'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must start with postgresql://' })
    .optional()
    .describe('A PostgreSQL of your own (14 or newer), reached directly. Default: one embedded in the portal.'),
  NODE_ENV: z.string().optional(),
  JOURNAL_STREAM: z.string().optional(),
  XDG_DATA_HOME: z.string().optional(),
})

export type Environment = z.output<typeof environmentSchema>
