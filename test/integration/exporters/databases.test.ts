// pgpass and its service file, read by the real psql against a real PostgreSQL with TLS.
import { afterAll, describe, expect, test } from '@jest/globals';
import { awkwardSamples } from '../../support/awkward.ts';
import { createAuthority } from '../../support/certificates.ts';
import { credentialWith } from '../../support/credentials.ts';
import { delivered, type Delivered } from '../../support/delivered.ts';
import { testWith } from '../../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';
import { failureOf } from '../../support/scan.ts';

const authority = createAuthority();
let cluster: PostgresCluster | undefined;

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

async function server(): Promise<PostgresCluster> {
  if (cluster !== undefined) return cluster;
  const { key, cert } = authority.issue();
  return (cluster = await startPostgres({
    settings: { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
    files: { 'server.crt': cert, 'server.key': key },
  }));
}

const login = (port: number, given: Record<string, string | undefined> = {}) =>
  credentialWith('postgres-login', {
    host: '127.0.0.1',
    port: String(port),
    database: 'postgres',
    username: 'ec_deploy',
    password: 'our-password',
    caCertificate: authority.cert,
    ...given,
  });

const whoIs = ['--no-psqlrc', '-w', '-Atc', 'SELECT current_user'];

testWith(
  ['postgres'],
  'psql signs in by the service, and by the password file alone',
  async () => {
    const running = await server();
    const { port } = running;
    await running.query(`CREATE ROLE "ec:dé\\ploy" LOGIN PASSWORD 'our-password'`);
    const home = {
      '.pgpass': `*:*:*:*:wrong\n`,
      '.pg_service.conf': '[role-1]\nhost=nowhere.example.com\n\n[theirs]\nhost=127.0.0.1\n',
    };
    using place = await delivered('pgpass', [login(port, { username: 'ec:dé\\ploy' })], { home });
    expect(await place.run('psql', ['service=role-1', ...whoIs])).toMatchObject({
      status: 0,
      out: 'ec:dé\\ploy\n',
    });
    const words = ['-h', '127.0.0.1', '-p', String(port), '-U', 'ec:dé\\ploy', 'postgres', ...whoIs];
    expect(await place.run('psql', words)).toMatchObject({ status: 0 });
    expect(
      (await place.run('psql', [`service=theirs port=${String(port)} user=ec_x`, ...whoIs])).err,
    ).toContain('ec_x');
  },
  60_000,
);

testWith(
  ['postgres'],
  'psql believes no server with another certificate',
  async () => {
    const { port } = await server();
    using place = await delivered('pgpass', [
      login(port, { caCertificate: createAuthority('another').cert }),
    ]);
    expect((await place.run('psql', ['service=role-1', ...whoIs])).err).toContain(
      'certificate verify failed',
    );
  },
  60_000,
);

testWith(
  ['postgres'],
  'whatever the password is: psql signs in with it, or it is refused',
  async () => {
    const running = await server();
    const { port } = running;
    await running.query('CREATE ROLE ec_deploy LOGIN');
    let carried = 0;
    using places = new DisposableStack();
    for (const password of awkwardSamples(30)) {
      let place: Delivered;
      try {
        place = await delivered('pgpass', [login(port, { password })]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'credential-unusable' });
        continue;
      }
      places.use(place);
      carried++;
      await running.query(`ALTER ROLE ec_deploy PASSWORD '${password.replaceAll("'", "''")}'`);
      expect([password, (await place.run('psql', ['service=role-1', ...whoIs])).out]).toEqual([
        password,
        'ec_deploy\n',
      ]);
    }
    expect(carried).toBeGreaterThan(10);
  },
  120_000,
);

describe('what was lent cannot be for other databases', () => {
  test.each([
    ['host', '*'],
    ['host', 'a.example.com:5432:*:*:x\n*'],
    ['host', '/tmp'],
    ['port', '*'],
    ['port', '5432:*'],
    ['username', 'x\nsslmode=disable'],
    ['database', 'x\nhost=b.example.com'],
    ['database', ' x '],
    ['database', 'x'.repeat(2000)],
  ])('%s %j', async (field, value) => {
    expect(await failureOf(() => delivered('pgpass', [login(5432, { [field]: value })]))).toMatchObject({
      code: 'credential-unusable',
    });
  });

  test('no service is without `verify-full`', async () => {
    using place = await delivered('pgpass', [login(5432, { caCertificate: undefined })]);
    expect(place.file('pg-service.conf')).toContain('\nsslmode=verify-full\n');
    expect(place.file('pg-service.conf')).not.toContain('sslrootcert');
  });

  test('a user called * is that user', async () => {
    using place = await delivered('pgpass', [login(5432, { username: '*', database: '*' })]);
    expect(place.file('pgpass')).toBe('127.0.0.1:5432:\\*:\\*:our-password\n');
  });
});
