// examples/broker/postgres as the how-to has it: a real PostgreSQL with TLS, its rights from setup.sql, and the real psql.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, expect } from '@jest/globals';
import { createAuthority } from '../support/certificates.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';
import { testWith } from '../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../support/postgres.ts';

const example = (name: string): string => readFileSync(`examples/broker/postgres/${name}`, 'utf8');
const authority = createAuthority();
let cluster: PostgresCluster | undefined;
let story: InProcess | undefined;

afterAll(async () => {
  await story?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

interface Ran {
  readonly status: number;
  readonly said: string;
}

/** What the workflow runs, with what was exported and nothing else. */
function psql(env: Readonly<Record<string, string>>, statement: string): Promise<Ran> {
  return new Promise((done) => {
    execFile(
      'psql',
      ['--no-psqlrc', '-Atc', statement],
      { env: { PATH: process.env['PATH'], ...env } },
      (error, out, err) => {
        done({ status: error === null ? 0 : Number(error.code), said: out + err });
      },
    );
  });
}

async function startServer(): Promise<PostgresCluster> {
  const { key, cert } = authority.issue();
  const server = await startPostgres({
    settings: { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
    files: { 'server.crt': cert, 'server.key': key },
  });
  await server.query('CREATE DATABASE app');
  await server.query('CREATE TABLE items (n INT); INSERT INTO items VALUES (7)', 'app');
  execFileSync('psql', [
    '--no-psqlrc',
    '-q',
    '-v',
    'ON_ERROR_STOP=1',
    '-f',
    'examples/broker/postgres/setup.sql',
    server.url('app'),
  ]);
  await server.query("ALTER ROLE ephemeral_creds PASSWORD 'of-the-broker'");
  return server;
}

function startStory(server: PostgresCluster): Promise<InProcess> {
  return inProcess({
    yaml: () => example('broker.yaml'),
    policies: { 'report.yaml': example('policies/report.yaml') },
    beforeStart: (world) => {
      const url = `postgres://ephemeral_creds:of-the-broker@localhost:${String(server.port)}/app`;
      Object.assign(world.env, { APP_DB_ADMIN_URL: url });
      world.disk.set('/etc/broker/db-ca.pem', authority.cert);
      // The server lives now.
      world.clock.skip((Date.now() - world.clock.now().getTime()) / 1000);
    },
  });
}

testWith(
  ['postgres'],
  'the real psql logs in with what was exported, over TLS that it verified, and after the end of the job no more',
  async () => {
    cluster = await startServer();
    story = await startStory(cluster);
    expect(await story.main({ role: 'app-ro', ttl: '10m' })).toBe(0);
    const exported = story.world.told('GITHUB_ENV');
    expect(exported).toMatchObject({
      PGHOST: 'localhost',
      PGPORT: String(cluster.port),
      PGDATABASE: 'app',
      PGUSER: expect.stringMatching(/^ec_lse_[0-9a-f]{24}$/) as unknown,
      PGSSLMODE: 'verify-full',
    });
    expect(readFileSync(exported['PGSSLROOTCERT'] ?? '', 'utf8')).toBe(authority.cert.trimEnd());
    expect(story.world.printed()).toContain(`::add-mask::${exported['PGPASSWORD'] ?? ''}`);
    const tls = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    expect(await psql(exported, `SELECT n FROM items; ${tls}`)).toEqual({ status: 0, said: '7\nt\n' });
    expect((await psql(exported, 'DELETE FROM items')).said).toContain('permission denied');
    expect((await story.post()).status).toBe(0);
    expect(existsSync(exported['PGSSLROOTCERT'] ?? '')).toBe(false);
    const after = await psql({ ...exported, PGSSLMODE: 'require', PGSSLROOTCERT: '' }, 'SELECT 1');
    expect(after).toMatchObject({
      status: 2,
      said: expect.stringContaining('password authentication failed') as unknown,
    });
    expect(await cluster.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'ec\\_%'")).toEqual([]);
  },
  60_000,
);
