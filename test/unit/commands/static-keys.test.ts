import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { acquire } from '../../../src/commands/acquire.ts';
import { lentBy, staticKeyNames } from '../../../src/commands/static-key-names.ts';
import { staticAmong } from '../../../src/commands/static-keys.ts';
import { configFromAction } from '../../../src/config/action.ts';
import type { Credential, FixedKind } from '../../../src/domain/credential.ts';
import { kinds } from '../../../src/domain/credential.ts';
import { openIntent } from '../../../src/leases/opening.ts';
import { providers } from '../../../src/providers/registry.ts';
import { entry } from '../../support/client/entries.ts';
import { makeStage, type Stage } from '../../support/client/stage.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { credentialOf } from '../../support/credentials.ts';
import { inputVariables } from '../../support/runner-env.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

/** Stands in every value that must not be shown. */
const marker = 'hunter2SECRET';
const awsKey = { AWS_ACCESS_KEY_ID: `AKIA${marker}`, AWS_SECRET_ACCESS_KEY: `${marker}-half` };
const jwt = (claims: object): string =>
  ['{}', JSON.stringify(claims), marker].map((part) => Buffer.from(part).toString('base64url')).join('.');
const serviceAccount = JSON.stringify({ type: 'service_account', private_key: `-----BEGIN ${marker}` });
const federated = JSON.stringify({ type: 'external_account', audience: '//iam.googleapis.com/x' });
const kubeconfig = (user: string): string => `users:\n- name: ci\n  user:\n    ${user}\n`;
const dockerAuth = (entry: object): string => JSON.stringify({ auths: { 'registry.example.com': entry } });

/** What is found of these variables; `@NAME` as a value is the path of a file with that text. */
function foundIn(env: Record<string, string>, files: Record<string, string> = {}): string[] {
  using world = clientWorld({ env });
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(world.temp, name.toLowerCase());
    writeFileSync(path, text);
    return [name, path] as const;
  });
  const host = { ...world.host, env: { ...world.host.env, ...Object.fromEntries(paths) } };
  return staticAmong(Object.values(staticKeyNames).flat(), { ...world, host });
}

describe('what lasts longer than the job is found by its variable', () => {
  test.each<[string, Record<string, string>]>([
    ['AWS_ACCESS_KEY_ID', awsKey],
    ['GOOGLE_CREDENTIALS', { GOOGLE_CREDENTIALS: serviceAccount }],
    ['GCP_SA_KEY', { GCP_SA_KEY: Buffer.from(serviceAccount).toString('base64') }],
    ['AZURE_CLIENT_SECRET', { AZURE_CLIENT_SECRET: marker }],
    ['ARM_CLIENT_SECRET', { ARM_CLIENT_SECRET: marker }],
    ['AZURE_CREDENTIALS', { AZURE_CREDENTIALS: `{ "clientSecret": "${marker}" }` }],
    ['VAULT_TOKEN', { VAULT_TOKEN: `hvs.${marker}` }],
    ['GH_TOKEN', { GH_TOKEN: `ghp_${marker}` }],
    ['GH_TOKEN', { GH_TOKEN: `github_pat_${marker}` }],
    ['NPM_TOKEN', { NPM_TOKEN: `npm_${marker}` }],
    ['NODE_AUTH_TOKEN', { NODE_AUTH_TOKEN: `npm_${marker}` }],
    ['TWINE_PASSWORD', { TWINE_PASSWORD: `pypi-${marker}` }],
    ['CARGO_REGISTRY_TOKEN', { CARGO_REGISTRY_TOKEN: marker }],
    ['PGPASSWORD', { PGPASSWORD: marker, PGHOST: 'db.example.com' }],
    ['MYSQL_PWD', { MYSQL_PWD: marker }],
    ['DOCKER_AUTH_CONFIG', { DOCKER_AUTH_CONFIG: dockerAuth({ auth: marker }) }],
    ['SSH_PRIVATE_KEY', { SSH_PRIVATE_KEY: `-----BEGIN OPENSSH PRIVATE KEY-----\n${marker}` }],
    ['VAULT_TOKEN', { VAULT_TOKEN: jwt({ sub: 'no end' }) }],
  ])('%s', (name, env) => {
    expect(foundIn(env)).toEqual([name]);
  });

  test.each<[string, string]>([
    ['GOOGLE_APPLICATION_CREDENTIALS', serviceAccount],
    ['GOOGLE_APPLICATION_CREDENTIALS', JSON.stringify({ type: 'authorized_user', refresh_token: marker })],
    ['CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE', serviceAccount],
    ['KUBECONFIG', kubeconfig(`client-key-data: ${marker}`)],
    ['KUBECONFIG', kubeconfig(`token: ${marker}`)],
    ['KUBECONFIG', kubeconfig(`{ "token": "${marker}" }`)],
  ])('%s leads to %s', (name, text) => {
    expect(foundIn({}, { [name]: text })).toEqual([name]);
  });
});

describe('what ends by itself, or is none, is left alone', () => {
  const own = 'own-token-of-this-job-0123456789';
  test.each<[string, Record<string, string>]>([
    ['a session of AWS', { ...awsKey, AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SESSION_TOKEN: marker }],
    ['half a key', { AWS_ACCESS_KEY_ID: awsKey.AWS_ACCESS_KEY_ID }],
    ['federation', { GOOGLE_CREDENTIALS: federated }],
    ['an id alone', { AZURE_CREDENTIALS: '{ "clientId": "x", "tenantId": "y" }' }],
    ['a token of an installation', { GH_TOKEN: `ghs_${marker}`, NPM_TOKEN: `ghs_${marker}` }],
    ['the job’s own token', { GITHUB_TOKEN: own, NODE_AUTH_TOKEN: own, GITHUB_PAT: own }],
    ['GITHUB_TOKEN', { GITHUB_TOKEN: `ghp_${marker}` }],
    ['GitLab’s job token', { CI_JOB_TOKEN: own, TWINE_PASSWORD: own, NPM_TOKEN: `glcbt-${marker}` }],
    ['what setup-node writes', { NODE_AUTH_TOKEN: 'XXXXX-XXXXX-XXXXX-XXXXX' }],
    ['a batch token', { VAULT_TOKEN: `hvb.${marker}` }],
    ['a database of the job', { PGPASSWORD: 'postgres', PGHOST: 'localhost' }],
    ['an access token for a database', { PGPASSWORD: jwt({ exp: 1_800_000_000 }), MYSQL_PWD: 'ya29.x' }],
    ['a signed login', { PGPASSWORD: 'db.example.com/?Action=connect&X-Amz-Expires=900' }],
    ['a helper', { DOCKER_AUTH_CONFIG: '{ "credHelpers": { "x.example.com": "ecr-login" } }' }],
    ['files that are not there', { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere', KUBECONFIG: '/nowhere' }],
    ['another file', { GOOGLE_APPLICATION_CREDENTIALS: 'package.json' }],
    ['a public key', { SSH_PRIVATE_KEY: 'ssh-ed25519 AAAA' }],
    [
      'nothing',
      Object.fromEntries(Object.values(staticKeyNames).flatMap((names) => names.map((n) => [n, ' ']))),
    ],
  ])('%s', (_, env) => {
    expect(foundIn(env)).toEqual([]);
  });

  test.each<[string, string]>([
    ['GOOGLE_APPLICATION_CREDENTIALS', federated],
    ['KUBECONFIG', kubeconfig('exec: { command: aws, args: [eks, get-token] }')],
    ['KUBECONFIG', kubeconfig(`token: ${jwt({ exp: 1_800_000_000 })}`)],
    ['KUBECONFIG', kubeconfig('tokenFile: /run/token')],
  ])('%s leads to %s', (name, text) => {
    expect(foundIn({}, { [name]: text })).toEqual([]);
  });

  test('what an earlier step of this job has borrowed, by variables and by files', () => {
    using world = clientWorld();
    const pointer = { name: 'KUBECONFIG', value: '/x', after: '' };
    openIntent({ ...entry(), variables: ['VAULT_TOKEN'], pointers: [pointer] }, [], world);
    const path = join(world.temp, 'kubeconfig');
    writeFileSync(path, kubeconfig(`token: ${marker}`));
    const later = world.next({ VAULT_TOKEN: marker, KUBECONFIG: path, NPM_TOKEN: marker });
    expect(staticAmong(['VAULT_TOKEN', 'KUBECONFIG', 'NPM_TOKEN'], later)).toEqual(['NPM_TOKEN']);
  });
});

test('the table names kinds and providers that there are', () => {
  const known = [...Object.keys(kinds), ...Object.keys(providers)];
  expect(Object.keys(staticKeyNames).filter((name) => !known.includes(name))).toEqual([]);
  for (const [provider, what] of Object.entries(lentBy)) {
    expect(Object.keys(providers)).toContain(provider);
    expect(Object.keys(staticKeyNames)).toContain(what);
  }
});

interface Run {
  readonly world: ClientWorld;
  readonly stage: Stage;
  readonly error: unknown;
}

/** A main step with these inputs, beside a static key. */
async function run(inputs: Record<string, string>, lent: Credential, env: object = awsKey): Promise<Run> {
  const stage = await makeStage({ roles: { deploy: () => [lent] } });
  using world = clientWorld({ env: { ...stage.env(inputs), ...env }, server: stage.server });
  const config = await configFromAction(world.host);
  let error: unknown;
  try {
    await acquire(config, world);
  } catch (thrown) {
    error = thrown;
  }
  expect(world.printed() + everythingIn(error)).not.toContain(marker);
  return { world, stage, error };
}

describe('a broker’s role tells its kind with the answer', () => {
  test('warn names the variable, and the loan goes on', async () => {
    const { world, stage, error } = await run({}, credentialOf('aws-session'));
    expect(error).toBeUndefined();
    expect(world.printed()).toMatch(/^::warning[^\n]*in AWS_ACCESS_KEY_ID\./m);
    expect(stage.alive.size).toBe(1);
  });

  test('refuse delivers nothing, and what was lent is given back', async () => {
    const { world, stage, error } = await run({ 'static-keys': 'refuse' }, credentialOf('aws-session'));
    expect(error).toMatchObject({ code: 'static-key', exit: 64 });
    expect(everythingIn(error)).toContain('AWS_ACCESS_KEY_ID');
    expect(stage.alive.size).toBe(0);
    expect(world.journal.filter((deed) => /GITHUB_(ENV|OUTPUT)/.test(deed))).toEqual([]);
  });

  test('ignore says nothing', async () => {
    const { world, error } = await run({ 'static-keys': 'ignore' }, credentialOf('aws-session'));
    expect(error).toBeUndefined();
    expect(world.printed()).not.toContain('::warning');
  });

  test.each<FixedKind>(['bearer-token', 'gcp-token', 'postgres-login'])('not beside a %s', async (kind) => {
    const { world, error } = await run({ 'static-keys': 'refuse' }, credentialOf(kind));
    expect(error).toBeUndefined();
    expect(world.printed()).not.toContain('::warning');
  });
});

/** Inputs of providers whose kind is known. */
const direct: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
  ['aws', { role: 'arn:aws:iam::123456789012:role/x', region: 'eu-central-1' }, awsKey],
  ['npm', { role: 'left-pad', params: 'url: https://registry.example.com' }, { NPM_TOKEN: marker }],
];

describe.each(direct)('provider: %s', (provider, inputs, env) => {
  test('refuse comes before anything is asked for or written', async () => {
    using world = clientWorld({
      env: { ...inputVariables({ provider, ...inputs, 'static-keys': 'refuse' }), ...env },
    });
    const config = await configFromAction(world.host);
    expect(await failureOf(() => acquire(config, world))).toMatchObject({ code: 'static-key' });
    expect(world.journal).toEqual([]);
  });
});
