import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ExportLine } from '../../../src/config/config.ts';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Lease } from '../../../src/domain/lease.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { deliver, findRoute, packAll } from '../../../src/commands/delivery.ts';
import type { Parcel } from '../../../src/exporters/exporter.ts';
import { clientWorld } from '../../support/client/world.ts';
import { credentialOf, leaseOf, secretsOf } from '../../support/credentials.ts';
import { placeOf } from '../../support/exporters.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const folder = '/tmp/creds';
const aws = leaseOf([credentialOf('aws-session')], { role: 'aws' });
const token = leaseOf([credentialOf('bearer-token')], { role: 'token' });

async function pack(leases: readonly Lease[], lines: readonly ExportLine[]): Promise<Required<Parcel>> {
  return packAll(leases, await Promise.all(lines.map(findRoute)), placeOf({ folder }));
}
const line = (exporter: string, settings: Record<string, string> = {}): ExportLine => ({
  exporter,
  settings,
});

describe('`auto`', () => {
  test('puts each credential where its kind’s tools read it', async () => {
    expect(Object.keys((await pack([aws, token], [line('auto')])).variables)).toEqual(
      expect.arrayContaining(['AWS_SESSION_TOKEN', 'EPHEMERAL_TOKEN']),
    );
  });

  test.each(['ssh-certificate', 'x509-certificate', 'fields'] as const)(
    'refuses a %s by its name, and delivers nothing of the rest',
    async (kind) => {
      const lease = leaseOf([credentialOf('bearer-token'), credentialOf(kind)]);
      const error = await failureOf(() => pack([lease], [line('auto')]));
      expect(error).toMatchObject({ code: 'input-invalid' });
      expect(String(error)).toContain(kind);
      for (const secret of lease.credentials.flatMap(secretsOf))
        expect(everythingIn(error)).not.toContain(secret);
    },
  );

  test.each([
    ['puller', 'DOCKER_CONFIG'],
    ['__token__', 'EPHEMERAL_PYPIRC'],
  ])('takes a registry login of the user %s to %s', async (username, variable) => {
    const { name, expiresAt } = credentialOf('registry-login');
    const registry = 'https://registry.example.com/legacy/';
    const fields = { registry, username, password: new Secret('pull-9f2c7a1be04d') };
    const login: Credential = { name, expiresAt, kind: 'registry-login', fields };
    const { pointers } = await pack([leaseOf([login])], [line('auto')]);
    expect(Object.keys(pointers)).toContain(variable);
  });

  test('has no setting', async () => {
    expect(String(await failureOf(() => findRoute(line('auto', { A: 'b' }))))).toContain('`auto`');
  });
});

test('several exporters deliver side by side', async () => {
  const parcel = await pack(
    [aws, token],
    [line('outputs'), line('aws-profile'), line('env', { NPM_TOKEN: 'token.token' })],
  );
  expect(Object.keys(parcel.outputs)).toEqual(['credentials']);
  expect(Object.keys(parcel.files)).toHaveLength(2);
  expect(Object.keys(parcel.variables)).toEqual(['NPM_TOKEN']);
  expect(Object.keys(parcel.pointers).sort()).toEqual(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']);
});

test('two exporters for one variable are refused', async () => {
  expect(
    String(await failureOf(() => pack([token], [line('auto'), line('env', { EPHEMERAL_TOKEN: 'token' })]))),
  ).toContain('EPHEMERAL_TOKEN');
});

test('an exporter that nobody knows is refused, and those that are known are named', async () => {
  for (const name of ['nrtec', 'constructor', '']) {
    const error = await failureOf(() => findRoute(line(name)));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain('`auto`, `env`, `outputs`, `aws-profile`');
  }
});

describe('delivering', () => {
  test('writes files for the owner alone, in a folder for the owner alone', () => {
    using world = clientWorld();
    const path = join(world.job.folder, 'run', 'aws-credentials');
    deliver(
      { pointers: {}, files: { [path]: 'text' }, outputs: { a: '1' }, variables: { B: '2' } },
      world.job,
      world.host,
    );
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(world.told('GITHUB_OUTPUT')).toEqual({ a: '1' });
    expect(world.told('GITHUB_ENV')).toEqual({ B: '2' });
  });

  test.each<readonly [string, (path: string) => void]>([
    [
      'a file',
      (path) => {
        writeFileSync(path, 'theirs');
      },
    ],
    [
      'a link',
      (path) => {
        symlinkSync('/tmp/elsewhere-of-theirs', path);
      },
    ],
  ])('is refused where %s already lies in the place, and tells the runner nothing', async (_, prepare) => {
    using world = clientWorld();
    const folder_ = join(world.job.folder, 'run');
    world.host.files.makePrivateFolder(folder_);
    prepare(join(folder_, 'x'));
    const parcel = {
      files: { [join(folder_, 'x')]: 's3cret-value' },
      pointers: {},
      outputs: { a: '1' },
      variables: { B: '2' },
    };
    const error = await failureOf(() => {
      deliver(parcel, world.job, world.host);
    });
    expect(error).toMatchObject({ code: 'delivery-failed' });
    expect(everythingIn(error)).not.toContain('s3cret-value');
    expect([world.told('GITHUB_OUTPUT'), world.told('GITHUB_ENV')]).toEqual([{}, {}]);
    expect(existsSync('/tmp/elsewhere-of-theirs')).toBe(false);
  });

  test('of nothing makes no folder', () => {
    using world = clientWorld();
    deliver({ pointers: {}, files: {}, outputs: {}, variables: {} }, world.job, world.host);
    expect(readdirSync(world.temp)).toEqual(['_runner_file_commands']);
  });
});
