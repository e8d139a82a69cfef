/** `policy explain`, `policy diff` and `policy import` of the built command line. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { brokerYaml, githubPolicy } from '../support/broker/test-broker.ts';
import { typed, type Typed } from '../support/client/command-line.ts';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'policies-')));
  mkdirSync(join(folder, 'policies'));
  mkdirSync(join(folder, 'next'));
  write('broker.yaml', brokerYaml);
  write('policies/p.yaml', githubPolicy);
  write('next/p.yaml', githubPolicy.replaceAll('environment: production', 'environment: prod'));
  write('claims.json', JSON.stringify(claims));
  const decision = { issuer: claims.iss, role: 'deploy-prod', claims };
  const line = { metadata: { event_code: 'decision', correlation_uid: 'req_1' }, unmapped: decision };
  write('audit.jsonl', `${JSON.stringify(line)}\n`);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  repository_id: '456789',
  repository_owner_id: '123456',
  ref: 'refs/heads/main',
  environment: 'production',
  event_name: 'push',
  runner_environment: 'github-hosted',
};

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

const run = (...words: string[]): Promise<Typed> => typed(['policy', ...words], { cwd: folder });
const explain = ['explain', '--claims', 'claims.json', '--role'];

test('explain: 0 and the conditions when it would be granted, 66 when it would be denied', async () => {
  const granted = await run(...explain, 'deploy-prod');
  expect(granted.stdout).toMatch(
    /ok {2}environment .*\n[^]*ALLOWED: deploy-prod to write, for 900 s, by deploy-prod\n$/,
  );
  expect(granted.status).toBe(0);
  const denied = await run(...explain, 'owned', '--json', 'policies', '--config', 'broker.yaml');
  expect(JSON.parse(denied.stdout)).toMatchObject({ allowed: false, role: 'owned' });
  expect(denied.status).toBe(66);
  expect((await run(...explain, 'deploy-prod', '--ttl', '16m')).status).toBe(66);
});

test('diff: 0 when nothing would change, 1 and what would when something does', async () => {
  const from = ['--claims-from', 'audit.jsonl'];
  const same = await run('diff', 'policies', 'policies', ...from);
  expect([same.stdout, same.status]).toEqual(['0 of 1 decisions would be others.\n', 0]);
  const other = await run('diff', 'policies', 'next', ...from);
  expect(other.stdout).toMatch('deploy-prod: environment is production, expected prod');
  expect(other.status).toBe(1);
});

test('import octo-sts: a policy with gaps', async () => {
  write('ci.sts.yaml', `issuer: ${claims.iss}\nsubject: repo:octo-org/octo-repo:environment:production\n`);
  const { stdout, status } = await run('import', 'octo-sts', 'ci.sts.yaml');
  expect(stdout).toMatch('"environment": "production"');
  expect(stdout).toMatch('???');
  expect(status).toBe(0);
});

test.each([
  ['a role is missing', ['explain', '--claims', 'claims.json']],
  ['an address is none', [...explain, 'deploy-prod', '--address', 'here']],
  ['a duration is none', [...explain, 'deploy-prod', '--ttl', 'long']],
  ['there is nothing to compare by', ['diff', 'policies', 'next']],
  ['the other format is unknown', ['import', 'vault', 'ci.sts.yaml']],
  ['the claims are not there', ['explain', '--claims', 'none.json', '--role', 'deploy-prod']],
])('64 when %s', async (_, words) => {
  expect((await run(...words)).status).toBe(64);
});
