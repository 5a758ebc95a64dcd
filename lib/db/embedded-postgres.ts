// A real PostgreSQL of the portal's own, listening on a socket in the data directory and nowhere else.
// It outlives a killed portal on purpose: the next start finds it by its pid file, and adopts it or stops it.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { embeddedSocketDir } from '@/lib/config-checks'
import { DomainError } from '@/lib/domain/errors'
import type { Log } from '@/lib/log'
import { ensureOwnedDirectory, type OsUser, type PostgresEngine, placePostgresEngine } from './postgres-engine'
import { findRunningPostgres, type Probe, readOr } from './postgres-leftovers'

export type EmbeddedPostgres = {
  url: string
  /** LISTEN and advisory locks need a connection that is not pooled; here it is the same socket. */
  directUrl: string
  /** `adopted`: it was still running from before. */
  how: 'created' | 'started' | 'adopted'
  stop: () => Promise<void>
}

type Options = { dataDir: string; log: Log }
type Paths = { home: string; cluster: string; socket: string; log: string; configuration: string; started: string }

export async function startEmbeddedPostgres({ dataDir, log }: Options): Promise<EmbeddedPostgres> {
  const paths = pathsIn(dataDir)
  const engine = await preparePaths(dataDir, paths)
  const stop = () => stopCluster(engine, paths)
  const running = (how: EmbeddedPostgres['how']) => {
    log.debug({ how, engine: engine.version }, `The database was ${how}`)
    return { url: urlOf(paths, 'berth'), directUrl: urlOf(paths, 'berth'), how, stop }
  }
  const settings = settingsFor(paths)
  const fingerprint = JSON.stringify({ engine: engine.version, settings })
  if (await findRunningPostgres(paths, () => probe(paths))) {
    if (readOr(paths.started, '') === fingerprint) {
      await ensureDatabase(paths)
      return running('adopted')
    }
    // Left by an older version of the portal: its programs or settings are not the ones we would start now.
    await stop()
  }
  const isNew = !existsSync(join(paths.cluster, 'PG_VERSION'))
  if (isNew) await createCluster(engine, paths)
  assertSameMajor(engine, paths)
  writeConfiguration(paths, settings)
  await startCluster(engine, paths)
  writeFileSync(paths.started, fingerprint)
  await ensureDatabase(paths)
  return running(isNew ? 'created' : 'started')
}

/** Whether a database answers on the socket in this data directory, without starting anything. */
export async function isEmbeddedPostgresRunning(dataDir: string): Promise<boolean> {
  return (await probe(pathsIn(dataDir))) === 'answers'
}

function pathsIn(dataDir: string): Paths {
  const home = join(dataDir, 'postgres')
  const socket = embeddedSocketDir(dataDir)
  const configuration = join(dataDir, 'postgres-configuration')
  return {
    home,
    cluster: join(home, 'cluster'),
    socket,
    log: join(home, 'log'),
    configuration,
    started: join(configuration, 'started.json'),
  }
}

async function preparePaths(dataDir: string, paths: Paths): Promise<PostgresEngine> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const engine = await placePostgresEngine(join(dataDir, 'engines'))
  const { osUser } = engine
  if (osUser) {
    chmodSync(dataDir, (statSync(dataDir).mode & 0o777) | 0o011)
    assertReachable(dataDir, osUser)
  }
  for (const path of [paths.home, paths.cluster, paths.socket]) ensureOwnedDirectory(path, osUser)
  // Not in the cluster: what root writes must lie where the database's user cannot put a link in its way.
  mkdirSync(paths.configuration, { recursive: true, mode: 0o755 })
  return engine
}

function assertReachable(path: string, user: OsUser): void {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const { mode, uid, gid } = statSync(directory)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) {
      throw new DomainError('misconfigured', {
        message: `The database runs as the user ${user.name}, who may not enter ${directory}.`,
        hint: `Set BERTH_DATA_DIR to a place it can reach, such as /var/lib/berth, or allow it: chmod o+x ${directory}`,
      })
    }
    if (directory === dirname(directory)) return
  }
}

function settingsFor(paths: Paths): string {
  const settings = {
    listen_addresses: '',
    hba_file: join(paths.configuration, 'pg_hba.conf'),
    ident_file: join(paths.configuration, 'pg_ident.conf'),
    unix_socket_directories: paths.socket,
    unix_socket_permissions: '0700',
    max_connections: 50,
    shared_buffers: '32MB',
    maintenance_work_mem: '16MB',
    // A portal asks small questions: workers and compiled queries would cost memory and answer no faster.
    jit: 'off',
    io_method: 'sync',
    max_worker_processes: 2,
    max_parallel_workers: 0,
    max_parallel_workers_per_gather: 0,
    max_logical_replication_workers: 0,
    autovacuum_worker_slots: 1,
    autovacuum_max_workers: 1,
    wal_level: 'minimal',
    max_wal_senders: 0,
    min_wal_size: '32MB',
    max_wal_size: '256MB',
    idle_in_transaction_session_timeout: '60s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
  }
  const line = ([name, value]: [string, string | number]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`
  return Object.entries(settings).map(line).join('')
}

async function createCluster(engine: PostgresEngine, paths: Paths): Promise<void> {
  // A directory without PG_VERSION is an initdb that was interrupted; it holds nothing yet.
  rmSync(paths.cluster, { recursive: true, force: true })
  ensureOwnedDirectory(paths.cluster, engine.osUser)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  await engine.run('initdb', ['-D', paths.cluster, '-U', 'berth', '--auth=peer', ...locale], 120_000)
}

function writeConfiguration(paths: Paths, settings: string): void {
  const write = (name: string, text: string) => writeFileSync(join(paths.configuration, name), text, { mode: 0o644 })
  write('postgresql.conf', settings)
  // Only this process's own user comes in, and only over the socket; there is no password to lose.
  write('pg_hba.conf', 'local all berth peer map=berth\n')
  write('pg_ident.conf', `berth "${userInfo().username}" berth\n`)
}

function assertSameMajor(engine: PostgresEngine, paths: Paths): void {
  const existing = readFileSync(join(paths.cluster, 'PG_VERSION'), 'utf8').trim()
  if (existing === engine.version.split('.')[0]) return
  throw new DomainError('misconfigured', {
    message: `The database in ${paths.cluster} was made by PostgreSQL ${existing}; this version of Berth brings ${engine.version}.`,
    hint: `Check out the version of Berth that ran before and let it write a backup: npm run berth -- backup ${paths.home}.gz
Then come back to this version, move ${paths.home} out of the way, and put the backup into a new database: npm run berth -- restore ${paths.home}.gz
(docs/backup.md has the steps one by one.) Nothing has been changed.`,
  })
}

async function startCluster(engine: PostgresEngine, paths: Paths): Promise<void> {
  if (existsSync(paths.log) && statSync(paths.log).size > 10 << 20) rmSync(paths.log)
  // pg_ctl hands -o to a shell.
  const configFile = `'${join(paths.configuration, 'postgresql.conf').replaceAll("'", "'\\''")}'`
  const options = ['-D', paths.cluster, '-l', paths.log, '-o', `-c config_file=${configFile}`]
  const start = () => engine.run('pg_ctl', ['start', '-w', '-t', '60', ...options], 70_000)
  await start().catch((cause: unknown) => {
    const reason = readOr(paths.log, '').trim().split('\n').slice(-6).join('\n')
    throw new DomainError('misconfigured', { message: `The database did not start. The end of ${paths.log}:\n${reason}`, cause })
  })
}

async function stopCluster(engine: PostgresEngine, paths: Paths): Promise<void> {
  if (!existsSync(join(paths.cluster, 'postmaster.pid'))) return
  await engine.run('pg_ctl', ['stop', '-w', '-t', '60', '-m', 'fast', '-D', paths.cluster], 70_000)
}

async function probe(paths: Paths): Promise<Probe> {
  const client = new pg.Client({ connectionString: urlOf(paths, 'postgres'), connectionTimeoutMillis: 3000 })
  // A server that is stopping sends its farewell outside any query.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory')
    return rows[0]?.data_directory === paths.cluster ? 'answers' : 'silent'
  } catch {
    return 'silent'
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function ensureDatabase(paths: Paths): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(paths, 'postgres'), connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'berth'")
    if (rowCount === 0) await client.query('CREATE DATABASE berth')
  } finally {
    await client.end()
  }
}

function urlOf(paths: Paths, database: string): string {
  return `postgresql://berth@localhost/${database}?host=${encodeURIComponent(paths.socket)}`
}
