// examples/broker/bundle as the how-to has it: the labelled fake of AWS, a real PostgreSQL with TLS, and the real psql. The
// broker's own identity at AWS is the SDK's chain, which reads this process's environment.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { parse } from 'yaml';
import { checkBroker } from '../../src/broker/commands/check-broker.ts';
import { fakeAws, type FakeAws } from '../support/broker/aws.ts';
import type { Statement } from '../support/broker/aws-policy.ts';
import { createAuthority } from '../support/certificates.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';
import { until } from '../support/exec.ts';
import { testWith } from '../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../support/postgres.ts';

const example = (name: string): string => readFileSync(`examples/broker/bundle/${name}`, 'utf8');
const own = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const hosts = ['https://sts.eu-central-1.amazonaws.com', 'https://iam.amazonaws.com'];
const authority = createAuthority();
const { steps } = (
  parse(readFileSync('examples/github/several-engines.yml', 'utf8')) as {
    jobs: { deploy: { steps: { uses?: string; with?: Record<string, string>; run?: string }[] } };
  }
).jobs.deploy;
let cluster: PostgresCluster | undefined;
let story: InProcess | undefined;

beforeAll(() => {
  process.env['AWS_ACCESS_KEY_ID'] = own.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = own.secretAccessKey;
});

afterAll(async () => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  await story?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

async function startServer(): Promise<PostgresCluster> {
  const { key, cert } = authority.issue();
  const server = await startPostgres({
    settings: { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
    files: { 'server.crt': cert, 'server.key': key },
  });
  await server.query('CREATE DATABASE app');
  await server.query('CREATE TABLE deployments (commit TEXT)', 'app');
  for (const each of ['postgres', 'bundle']) {
    const file = `examples/broker/${each}/setup.sql`;
    execFileSync('psql', ['--no-psqlrc', '-q', '-v', 'ON_ERROR_STOP=1', '-f', file, server.url('app')]);
  }
  await server.query("ALTER ROLE ephemeral_creds PASSWORD 'of-the-broker'");
  return server;
}

async function startStory(server: PostgresCluster): Promise<{ job: InProcess; aws: FakeAws }> {
  let now = (): Date => new Date(0);
  const { Statement: allows } = JSON.parse(readFileSync('examples/broker/aws/iam/deploy.json', 'utf8')) as {
    Statement: Statement[];
  };
  const role = { account: '123456789012', name: 'deploy', trusts: [own.accessKeyId], tagged: true, allows };
  const aws = fakeAws({ roles: [role], now: () => now() });
  aws.users.set(own.accessKeyId, own);
  const job = await inProcess({
    yaml: () => example('broker.yaml'),
    policies: { 'deploy.yaml': example('policies/deploy.yaml') },
    sites: hosts.map((url) => ({ url, answer: aws.send })),
    beforeStart: (world) => {
      const url = `postgres://ephemeral_creds:of-the-broker@localhost:${String(server.port)}/app`;
      Object.assign(world.env, { APP_DB_ADMIN_URL: url });
      world.disk.set('/etc/broker/db-ca.pem', authority.cert);
      // The server lives now.
      world.clock.skip((Date.now() - world.clock.now().getTime()) / 1000);
      now = () => world.clock.now();
    },
  });
  story = job;
  return { job, aws };
}

/** Runs the workflow's own psql, with what was exported and nothing else. */
function psqlStep(env: Readonly<Record<string, string>>): Promise<string> {
  const script = steps.find(({ run }) => run?.startsWith('psql '))?.run ?? '';
  const all = { PATH: process.env['PATH'], GITHUB_SHA: 'f1d2d2f', ...env };
  return new Promise((done) => {
    execFile('sh', ['-ec', script], { env: all }, (_error, out, err) => {
      done(out + err);
    });
  });
}

testWith(
  ['postgres'],
  'the job of the workflow gets both credentials in one lease, and after the end of the job neither is good',
  async () => {
    cluster = await startServer();
    const { job, aws } = await startStory(cluster);
    const found = await checkBroker('/etc/broker/broker.yaml', job.broker.world);
    expect(found).toMatchObject({ roles: ['deploy'], policies: 1 });
    const inputs = steps.find(({ uses }) => uses?.startsWith('org/ephemeral-creds@'))?.with;
    expect(await job.main(inputs)).toBe(0);
    expect(JSON.parse(job.world.told('GITHUB_OUTPUT')['lease-ids'] ?? '')).toHaveLength(1);
    const exported = job.world.told('GITHUB_ENV');
    const [session] = aws.sessions;
    expect(aws.sessions).toHaveLength(1);
    expect(exported).toMatchObject({
      AWS_ACCESS_KEY_ID: session?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session?.secretAccessKey,
      AWS_SESSION_TOKEN: session?.sessionToken,
      AWS_REGION: 'eu-central-1',
      PGHOST: 'localhost',
      PGPORT: String(cluster.port),
      PGDATABASE: 'app',
      PGUSER: expect.stringMatching(/^ec_lse_[0-9a-f]{24}(_2)?$/) as unknown,
      PGSSLMODE: 'verify-full',
    });
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'PGPASSWORD'])
      expect(job.world.printed()).toContain(`::add-mask::${exported[name] ?? '?'}`);
    const may = (): boolean[] =>
      ['s3:PutObject', 's3:DeleteObject', 's3:GetObject'].map((action) =>
        aws.may(exported['AWS_ACCESS_KEY_ID'] ?? '', action, 'arn:aws:s3:::example-site/index.html'),
      );
    expect(may()).toEqual([true, true, false]);
    expect(await psqlStep(exported)).toBe('INSERT 0 1\n');
    expect(await cluster.query('SELECT commit FROM deployments', 'app')).toEqual([{ commit: 'f1d2d2f' }]);

    expect((await job.post()).status).toBe(0);
    // A denial is written soon after the job's end, not within it.
    job.broker.world.clock.advance(5);
    await until(() => JSON.stringify(job.broker.world.auditLines()).includes('lease revoked'));
    expect(may()).toEqual([false, false, false]);
    expect(existsSync(exported['PGSSLROOTCERT'] ?? '')).toBe(false);
    const after = await psqlStep({ ...exported, PGSSLMODE: 'require', PGSSLROOTCERT: '' });
    expect(after).toContain('password authentication failed');
    expect(await cluster.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'ec\\_%'")).toEqual([]);
    const told = JSON.stringify([job.broker.world.auditLines(), job.broker.world.logged]);
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'PGPASSWORD'])
      expect(told).not.toContain(exported[name]);
  },
  60_000,
);
