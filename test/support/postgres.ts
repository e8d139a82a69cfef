/** A real PostgreSQL of a test's own: its own folder, port and password, gone with the test. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig, type QueryResultRow } from 'pg';
import { findPostgres } from './programs.ts';
import { closedPort } from './socket-server.ts';

export interface PostgresCluster extends AsyncDisposable {
  readonly port: number;
  /** What the server has said. */
  log(): string;
  /** The superuser's URL of a database; by default `postgres`. */
  url(database?: string): string;
  /** Makes an empty database and a login role that owns it and may do nothing else. */
  freshDatabase(): Promise<FreshDatabase>;
  /** Runs one text as superuser. */
  query(text: string, database?: string): Promise<readonly QueryResultRow[]>;
  /** Ends the server as a crash does (`immediate`), or cutting off its clients in good order (`fast`). */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again after `stop`; settings stay. */
  start(): Promise<void>;
  /** Stops all of its processes where they are (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Copies it to another server that follows it, called `standby` in `synchronous_standby_names`. */
  standby(): Promise<StandbyCluster>;
}

/** Takes no writes until it is promoted. */
export interface StandbyCluster extends PostgresCluster {
  promote(): Promise<void>;
}

export interface FreshDatabase {
  readonly name: string;
  readonly user: string;
  /** As its owner. */
  readonly url: string;
}

export interface ClusterOptions {
  /** Lines of postgresql.conf beside the port and the address. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Files in the data folder, for `ssl_cert_file` and the like. */
  readonly files?: Readonly<Record<string, string>>;
}

// https://www.postgresql.org/docs/15/server-shutdown.html
const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Starts a server that needs a password (SCRAM), on loopback; it does not survive a power failure. */
export async function startPostgres({
  settings = {},
  files = {},
}: ClusterOptions = {}): Promise<PostgresCluster> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('there is no PostgreSQL here: npm run peers');
  const folder = mkdtempSync(join(tmpdir(), 'ec-postgres-'));
  const port = await closedPort();
  const password = randomBytes(16).toString('hex');
  const data = join(folder, 'data');
  initialise({ programs, folder, data, password });
  for (const [name, text] of Object.entries(files)) write(join(data, name), text);
  const lines = { ...defaults, unix_socket_directories: folder, port: String(port), ...settings };
  const config = Object.entries(lines).map(([name, value]) => `${name} = '${value}'\n`);
  write(join(data, 'postgresql.auto.conf'), config.join(''));
  return startServer({ programs, folder, data, port, password });
}

interface Place extends Initial {
  readonly port: number;
}

/** What the folder has: a server of its own, or one that follows another. */
async function startServer(place: Place): Promise<PostgresCluster> {
  const { programs, folder, data, port, password } = place;
  const server = serverOf(join(programs, 'postgres'), data);
  const url = (database = 'postgres'): string =>
    `postgres://postgres:${password}@127.0.0.1:${String(port)}/${database}?sslmode=disable`;
  const start = async (): Promise<void> => {
    server.start();
    await untilAnswers(url(), server);
  };
  await start();
  return {
    port,
    url,
    start,
    log: server.log,
    query: (text, database) => query({ connectionString: url(database) }, text),
    freshDatabase: () => freshDatabase(url),
    stop: server.stop,
    pause: () => {
      signalAll(server.pid(), 'SIGSTOP');
    },
    resume: () => {
      signalAll(server.pid(), 'SIGCONT');
    },
    standby: () => startStandby(place, url()),
    [Symbol.asyncDispose]: async () => {
      if (server.runs()) signalAll(server.pid(), 'SIGCONT');
      await server.stop('immediate');
      rmSync(folder, { recursive: true });
    },
  };
}

async function startStandby(primary: Place, url: string): Promise<StandbyCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'ec-standby-'));
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
  const data = join(folder, 'data');
  const port = await closedPort();
  const words = ['-D', data, '-d', url, '--write-recovery-conf', '--checkpoint=fast', '--no-sync'];
  const copied = spawnSync(join(primary.programs, 'pg_basebackup'), words, {
    ...nobody,
    cwd: folder,
    encoding: 'utf8',
  });
  if (copied.status !== 0) throw new Error(`pg_basebackup: ${copied.stderr}`);
  // Of a setting that stands there twice the last counts.
  const own = { unix_socket_directories: folder, port: String(port), cluster_name: 'standby' };
  const config = Object.entries(own).map(([name, value]) => `${name} = '${value}'\n`);
  appendFileSync(join(data, 'postgresql.auto.conf'), config.join(''));
  const server = await startServer({ ...primary, folder, data, port });
  return {
    ...server,
    promote: async () => {
      await server.query('SELECT pg_promote()');
    },
  };
}

const defaults = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'on',
  shared_buffers: '32MB',
  max_connections: '60',
  timezone: 'UTC',
};

function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  if (nobody.uid !== undefined) chownSync(path, nobody.uid, nobody.gid);
}

interface Initial {
  readonly programs: string;
  readonly folder: string;
  readonly data: string;
  readonly password: string;
}

function initialise({ programs, folder, data, password }: Initial): void {
  const file = join(folder, 'password');
  write(file, password);
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
  const words = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', file];
  const made = spawnSync(join(programs, 'initdb'), [...words, '--no-sync', '--no-locale', '-E', 'UTF8'], {
    ...nobody,
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
}

interface Server {
  readonly start: () => void;
  readonly stop: (how?: 'fast' | 'immediate') => Promise<void>;
  runs(): boolean;
  pid(): number;
  readonly log: () => string;
}

function serverOf(program: string, data: string): Server {
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();
  let log = '';
  const runs = (): boolean => child?.exitCode === null && child.signalCode === null;
  return {
    runs,
    log: () => log,
    pid: () => child?.pid ?? 0,
    start: () => {
      const started = spawn(program, ['-D', data], {
        ...nobody,
        cwd: data,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      started.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
      ended = new Promise((resolve) =>
        started.once('close', () => {
          resolve();
        }),
      );
      child = started;
      process.once('exit', () => started.kill(signals.immediate));
    },
    stop: async (how = 'fast') => {
      child?.kill(signals[how]);
      await ended;
    },
  };
}

/** Every backend is a child of the first process, and leads a group of its own. */
function signalAll(first: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  process.kill(first, signal);
  for (const child of childrenOf(first)) {
    try {
      process.kill(child, signal);
    } catch {
      // It ended in the meantime.
    }
  }
}

// proc(5): the fourth field of stat, after the name in brackets, is the parent.
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function untilAnswers(url: string, server: Server): Promise<void> {
  while (server.runs()) {
    const answer = await query({ connectionString: url }, 'SELECT 1').catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`PostgreSQL did not start: ${server.log()}`);
}

async function query(config: ClientConfig, text: string): Promise<readonly QueryResultRow[]> {
  const client = new Client({ connectionTimeoutMillis: 10_000, ...config });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<QueryResultRow>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freshDatabase(url: PostgresCluster['url']): Promise<FreshDatabase> {
  const name = `ec_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const admin = { connectionString: url() };
  await query(admin, `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  await query(admin, `CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
  await query(admin, `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  const own = new URL(url(name));
  own.username = name;
  own.password = password;
  return { name, user: name, url: own.href };
}
