// The engine aws before AWS's wrong, late, lost and foreign answers. Against the labelled fake.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../src/domain/credential.ts';
import { Refusal } from '../../../src/broker/domain/refusal.ts';
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import { aws as engine } from '../../../src/broker/engines/aws.ts';
import {
  BackendTrouble,
  MintFailed,
  type Issued,
  type Mint,
  type OpenEngine,
  type PreparedRole,
} from '../../../src/broker/engines/engine.ts';
import { denyDocument, neededUntil } from '../../../src/broker/engines/aws/deny-document.ts';
import type { Parameters } from '../../../src/broker/engines/aws/parameters.ts';
import type { AwsFault } from '../../support/broker/aws.ts';
import { awsScene, type AwsScene, type SceneOptions } from '../../support/broker/aws-scene.ts';
import { engineTools, mintOf } from '../../support/broker/engine-tools.ts';
import { leaseRecord } from '../../support/broker/leases.ts';
import { everythingIn } from '../../support/scan.ts';

const { signal } = new AbortController();
const claims = {
  claims: { repository: 'octo-org/octo-repo', ref: 'refs/heads/a#1' },
} as unknown as VerifiedClaims;
const registry = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const repository = 'arn:aws:ecr:eu-central-1:123456789012:repository/app';

interface Scene extends AwsScene {
  readonly open: OpenEngine<Parameters>;
  readonly role: PreparedRole;
  readonly issue: (changes?: Partial<Mint>) => Promise<Issued>;
  readonly revoke: (leaseId: string) => Promise<void>;
}

function scene(more: Record<string, unknown> = {}, options: SceneOptions = {}): Scene {
  const it = awsScene(options);
  const open = engine.open(engineTools(it.secrets, it.tools));
  const role = open.prepare(engine.parameters.parse({ ...it.parameters, ...more }));
  const inSeconds = (seconds: number): Date => new Date(it.clock.now().getTime() + seconds * 1000);
  return {
    ...it,
    open,
    role,
    issue: (changes) =>
      role.issue(mintOf({ claims, issuedAt: it.clock.now(), expiresAt: inSeconds(900), ...changes })),
    revoke: (id) =>
      open.revoke(
        leaseRecord({
          id,
          revokeData: role.backend,
          createdAt: it.clock.now(),
          expiresAt: inSeconds(900),
          credentialExpiresAt: inSeconds(900),
        }),
        signal,
      ),
  };
}

function keyOf({ credentials: [credential] }: Issued): string {
  if (credential?.kind !== 'aws-session') throw new Error('no session was issued');
  return credential.fields.accessKeyId.reveal();
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

/** Once, or for each of so many requests. */
const faulty = (it: Scene, action: string, fault: AwsFault, most = Infinity): void => {
  it.aws.fault = (asked, turn) => (asked === action && turn <= most ? fault : undefined);
};

describe('what AWS is asked', () => {
  test('everything that the role names, and nothing else', async () => {
    const it = scene({
      external_id: 'of-the-broker',
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
      },
      policy_arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      tags: { Repository: 'repository', Ref: { claim: 'ref', as: 'encoded' } },
      transitive_tags: ['Repository'],
      source_identity: { claim: 'repository', as: 'encoded' },
    });
    const id = keyOf(await it.issue({ leaseId: 'lse_0123456789abcdef01234567' }));
    expect(it.aws.sessions[0]?.asked).toEqual({
      action: 'AssumeRole',
      name: 'ec_lse_0123456789abcdef01234567',
      seconds: 900,
      policy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}',
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      tags: [
        ['Repository', 'octo-org/octo-repo'],
        ['Ref', 'refs=2Fheads=2Fa=231'],
      ],
      transitive: ['Repository'],
      externalId: 'of-the-broker',
      sourceIdentity: 'octo-org=2Focto-repo',
    });
    expect([it.aws.may(id, 's3:GetObject'), it.aws.may(id, 's3:PutObject')]).toEqual([true, false]);
  });

  test('the session lives as long as the lease, not longer, and fifteen minutes at least', async () => {
    const it = scene({}, { also: [] });
    const issued = await it.issue({ expiresAt: new Date(it.clock.now().getTime() + 1800_000) });
    const late = await it.issue({ expiresAt: new Date(it.clock.now().getTime() + 895_000) });
    expect(it.aws.sessions.map(({ asked }) => asked.seconds)).toEqual([1800, 900]);
    expect(late.credentialExpiresAt).toEqual(it.aws.sessions[1]?.expiresAt);
    it.clock.skip(1801);
    expect(it.aws.may(keyOf(issued), 's3:GetObject')).toBe(false);
  });

  test.each([
    ['the region’s own endpoint', {}, 'sts.eu-central-1.amazonaws.com'],
    ['dual stack', { dual_stack: true }, 'sts.eu-central-1.api.aws'],
    ['FIPS', { region: 'us-east-1', fips: true }, 'sts-fips.us-east-1.amazonaws.com'],
    [
      'one that is named',
      { endpoint: { sts: 'https://sts.internal.example.com' } },
      'sts.internal.example.com',
    ],
  ])('%s', async (_, more, host) => {
    const it = scene(more);
    await it.issue();
    expect(it.aws.asked).toEqual([{ action: 'sts:AssumeRole', host }]);
  });

  test.each([
    ['China', 'arn:aws-cn:iam::123456789012:role/deploy', 'cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    [
      'GovCloud',
      'arn:aws-us-gov:iam::123456789012:role/deploy',
      'us-gov-west-1',
      'sts.us-gov-west-1.amazonaws.com',
    ],
  ])('%s', async (_, arn, region, host) => {
    const it = scene({ role_arn: arn, region });
    await failureOf(it.issue());
    expect(it.aws.asked[0]?.host).toBe(host);
  });

  test('a claim that does not fit: AWS is not asked at all', async () => {
    const it = scene({ tags: { Ref: 'ref' } });
    const refusal = await failureOf(it.issue());
    expect(refusal).toBeInstanceOf(Refusal);
    expect(everythingIn(refusal)).toContain('the claim ref cannot be the session tag Ref');
    expect(it.aws.asked).toEqual([]);
  });

  test('keys that change at their place are used with the next request', async () => {
    const it = scene();
    await it.issue();
    const secretAccessKey = 'another-secret';
    it.aws.users.set('AKIAIOSFODNN7EXAMPLE', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey });
    expect((await failureOf(it.issue())).message).toContain('SignatureDoesNotMatch: the secret key is wrong');
    Object.assign(it.secrets, { 'env:AWS_SECRET': secretAccessKey });
    await it.issue();
  });
});

describe('B20: an answer that is not the one that was asked for is not lent', () => {
  test.each<[string, (xml: string) => string]>([
    ['another account', (xml) => xml.replace('::123456789012:assumed-role', '::999999999999:assumed-role')],
    ['another role', (xml) => xml.replace('assumed-role/deploy/', 'assumed-role/admin/')],
    ['another lease', (xml) => xml.replace(/(assumed-role\/deploy\/ec_lse_).{24}/, `$1${'0'.repeat(24)}`)],
    ['another partition', (xml) => xml.replace('arn:aws:sts', 'arn:aws-cn:sts')],
    ['no role at all', (xml) => xml.replace(/<AssumedRoleUser>.*<\/AssumedRoleUser>/, '')],
    ['no session token', (xml) => xml.replace(/<SessionToken>.*<\/SessionToken>/, '')],
    ['no credentials', (xml) => xml.replace(/<Credentials>.*<\/Credentials>/, '')],
    [
      'an end at another time',
      (xml) => xml.replace(/<Expiration>.*<\/Expiration>/, '<Expiration>2099-01-01T00:00:00Z</Expiration>'),
    ],
    ['no XML', () => 'not found'],
  ])('%s', async (_, rewrite) => {
    const it = scene();
    faulty(it, 'sts:AssumeRole', { rewrite });
    const error = await failureOf(it.issue());
    expect(error).toBeInstanceOf(BackendTrouble);
    for (const { secretAccessKey, sessionToken } of it.aws.sessions)
      for (const secret of [secretAccessKey, sessionToken]) expect(everythingIn(error)).not.toContain(secret);
  });
});

describe('B21: AWS refuses, fails or is silent', () => {
  test.each<[string, AwsFault, string]>([
    [
      'AccessDenied',
      { status: 403, code: 'AccessDenied' },
      'AccessDenied: the broker’s identity needs sts:AssumeRole',
    ],
    [
      'ExpiredToken',
      { status: 403, code: 'ExpiredToken' },
      'ExpiredToken: the broker’s own credentials have expired',
    ],
    ['PackedPolicyTooLarge', { status: 400, code: 'PackedPolicyTooLarge' }, 'too large together'],
    ['RegionDisabled', { status: 403, code: 'RegionDisabledException' }, 'not enabled for STS'],
    ['throttling that lasts', { status: 400, code: 'Throttling' }, 'Throttling: AWS answers no more'],
    ['a fault that lasts', { status: 500, code: 'InternalFailure' }, 'InternalFailure'],
    ['a broken connection', { lose: 'request' }, 'TimeoutError: AWS did not answer'],
  ])('%s: code and request id, and nothing of AWS’s own text', async (_, fault, told) => {
    const it = scene();
    faulty(it, 'sts:AssumeRole', fault);
    const error = await failureOf(it.issue());
    expect(error.message).toContain(told);
    if ('status' in fault) expect(error.message).toContain('request c6104cbe-af31-11e0-8154-cbc7ccf896c7');
    const all = everythingIn(error);
    expect(all).not.toContain('AWS4-HMAC');
    for (const secret of Object.values(it.secrets)) expect(all).not.toContain(secret);
    expect(it.aws.asked.length).toBeLessThanOrEqual(3);
  });

  test('what was refused at once has made nothing; after an attempt without an answer nobody knows', async () => {
    const it = scene();
    faulty(it, 'sts:AssumeRole', { status: 403, code: 'AccessDenied' });
    const refused = await failureOf(it.issue());
    expect(refused instanceof MintFailed && refused.left === undefined).toBe(true);
    const first = it.aws.asked.length;
    it.aws.fault = (_, turn) =>
      turn === first + 1 ? { lose: 'answer' } : { status: 403, code: 'AccessDenied' };
    expect(await failureOf(it.issue())).toBeInstanceOf(BackendTrouble);
    expect(it.aws.sessions).toHaveLength(1);
  });

  test('throttled twice, then granted', async () => {
    const it = scene();
    faulty(it, 'sts:AssumeRole', { status: 400, code: 'Throttling' }, 2);
    await it.issue();
    expect(it.aws.asked).toHaveLength(3);
  });

  test('nobody answers: an attempt ends, and the mint’s end ends all', async () => {
    const it = scene();
    faulty(it, 'sts:AssumeRole', { hang: true }, 1);
    const mint = new AbortController();
    const waiting = failureOf(it.issue({ signal: mint.signal }));
    while (it.aws.asked.length === 0) await new Promise(setImmediate);
    mint.abort();
    expect((await waiting).message).toContain('assuming the role failed');
    expect(it.aws.asked).toHaveLength(1);
  });

  test('a session whose answer was lost is denied by the lease’s name', async () => {
    const it = scene();
    faulty(it, 'sts:AssumeRole', { lose: 'answer' });
    const leaseId = 'lse_0123456789abcdef01234567';
    await failureOf(it.issue({ leaseId, backendName: `ec_${leaseId}` }));
    expect(it.aws.sessions).toHaveLength(3);
    await it.revoke(leaseId);
    expect(it.aws.sessions.filter(({ accessKeyId }) => it.aws.may(accessKeyId, 's3:GetObject'))).toEqual([]);
    await it.open.close?.();
  });
});

describe('revoking', () => {
  const lease = { leaseId: 'lse_0123456789abcdef01234567', backendName: 'ec_lse_0123456789abcdef01234567' };

  test('ends one session, and no other of the role', async () => {
    const it = scene();
    const [mine, other] = [keyOf(await it.issue(lease)), keyOf(await it.issue())];
    await it.revoke(lease.leaseId);
    await it.revoke(lease.leaseId);
    expect([it.aws.may(mine, 's3:GetObject'), it.aws.may(other, 's3:GetObject')]).toEqual([false, true]);
    await it.open.close?.();
  });

  test('through a role in the account of the role', async () => {
    const revoker = 'arn:aws:iam::123456789012:role/revoker';
    const it = scene(
      { revocation: { deny_policy: true, through: revoker } },
      { also: [{ name: 'revoker' }] },
    );
    const mine = keyOf(await it.issue(lease));
    await it.revoke(lease.leaseId);
    expect(it.aws.may(mine, 's3:GetObject')).toBe(false);
    expect(it.aws.sessions.map(({ role, asked }) => [role.name, asked.name])).toEqual([
      ['deploy', lease.backendName],
      ['revoker', 'ephemeral-creds'],
    ]);
    await it.open.close?.();
  });

  test('a broker in another account reaches no role of that name: nothing is taken for revoked', async () => {
    const it = scene();
    const mine = keyOf(await it.issue(lease));
    for (const [id, keys] of it.aws.users) it.aws.users.set(id, { ...keys, account: '999999999999' });
    await expect(it.role.check?.(signal)).rejects.toThrow('the broker is in another account than the role');
    await expect(it.revoke(lease.leaseId)).rejects.toThrow('the broker is in another account than the role');
    expect(it.aws.may(mine, 's3:GetObject')).toBe(true);
    expect(it.aws.asked.map(({ action }) => action)).not.toContain('iam:PutRolePolicy');
    await it.open.close?.();
  });

  test('a role full of what is needed no more is swept, page by page', async () => {
    const it = scene();
    const mine = keyOf(await it.issue(lease));
    const past = it.clock.now().getTime() - 7_200_000;
    const sessions = Array.from({ length: 60 }, (_, at) => `ec_lse_${String(at).padStart(24, '0')}`);
    const old = denyDocument(sessions.map((sessionName) => ({ sessionName, until: past })));
    const names = Array.from({ length: 5 }, (_, at) => `ec_deny_${String(at)}`);
    it.aws.policies.set('deploy', new Map(names.map((name) => [name, old])));
    expect(old.length * names.length + 300).toBeGreaterThan(10_240);
    await it.revoke(lease.leaseId);
    expect(it.aws.may(mine, 's3:GetObject')).toBe(false);
    expect(it.aws.policies.get('deploy')?.size).toBe(1);
    await it.open.close?.();
  });

  test('a lease whose session is over by itself needs nothing of AWS', async () => {
    const it = scene();
    const old = new Date(it.clock.now().getTime() - 3_600_000);
    const record = leaseRecord({
      revokeData: it.role.backend,
      createdAt: old,
      expiresAt: old,
      credentialExpiresAt: old,
    });
    await it.open.revoke(record, signal);
    expect(it.aws.asked).toEqual([]);
  });

  test.each<[string, AwsFault, string]>([
    [
      'not allowed',
      { status: 403, code: 'AccessDenied' },
      'the broker’s identity needs iam:PutRolePolicy on the role',
    ],
    ['silent', { lose: 'request' }, 'denying the session failed (TimeoutError'],
  ])('%s: told, and it can be tried again', async (_, fault, told) => {
    const it = scene();
    const mine = keyOf(await it.issue(lease));
    faulty(it, 'iam:PutRolePolicy', fault);
    const error = await failureOf(it.revoke(lease.leaseId));
    expect(error.message).toContain(told);
    for (const secret of Object.values(it.secrets)) expect(everythingIn(error)).not.toContain(secret);
    it.aws.fault = () => undefined;
    await it.revoke(lease.leaseId);
    expect(it.aws.may(mine, 's3:GetObject')).toBe(false);
    await it.open.close?.();
  });

  test('without deny_policy a session cannot be revoked, and says so', async () => {
    const it = scene({ revocation: undefined });
    await expect(it.revoke(lease.leaseId)).rejects.toThrow('cannot be revoked');
  });
});

describe('a login to a registry', () => {
  const ecr = { registry, repositories: ['app'], access: 'pull' };
  const login = ({
    credentials: [found],
  }: Issued): Extract<Credential, { kind: 'registry-login' }>['fields'] => {
    if (found?.kind !== 'registry-login') throw new Error('no login was issued');
    return found.fields;
  };

  test('may pull from its repositories, until the lease ends, though the token lives for twelve hours', async () => {
    const it = scene({ ecr, revocation: undefined });
    const issued = await it.issue();
    const { username, password, registry: host } = login(issued);
    expect([username, host]).toEqual(['AWS', registry]);
    const may = (action: string, which = repository): boolean =>
      it.aws.registryMay(password.reveal(), action, which);
    expect([
      may('ecr:BatchGetImage'),
      may('ecr:PutImage'),
      may('ecr:BatchGetImage', `${repository}2`),
    ]).toEqual([true, false, false]);
    it.clock.skip(901);
    expect(may('ecr:BatchGetImage')).toBe(false);
  });

  test('may push where the role says so', async () => {
    const it = scene({ ecr: { ...ecr, access: 'push' } });
    const { password } = login(await it.issue());
    expect(it.aws.registryMay(password.reveal(), 'ecr:PutImage', repository)).toBe(true);
  });

  test('is worthless at once when its lease is revoked', async () => {
    const it = scene({ ecr });
    const leaseId = 'lse_0123456789abcdef01234567';
    const { password } = login(await it.issue({ leaseId, backendName: `ec_${leaseId}` }));
    await it.revoke(leaseId);
    expect(it.aws.registryMay(password.reveal(), 'ecr:BatchGetImage', repository)).toBe(false);
    const [denial = ''] = it.aws.policies.get('deploy')?.values() ?? [];
    // For as long as the token lives.
    expect(neededUntil(denial)).toBeGreaterThan(it.clock.now().getTime() + 43_200_000);
    await it.open.close?.();
  });

  test('is denied at its lease’s end, too, where it can be', () => {
    expect(scene({ ecr }).role.lingers).toBe(true);
    expect(scene({ ecr, revocation: undefined }).role.lingers).toBeUndefined();
    expect(scene().role.lingers).toBeUndefined();
  });

  test.each<[string, (body: string) => string]>([
    [
      'another user',
      (body) =>
        body.replace(
          /"authorizationToken":"[^"]*"/,
          `"authorizationToken":"${Buffer.from('root:x').toString('base64')}"`,
        ),
    ],
    ['no token', () => '{"authorizationData":[]}'],
  ])('an answer with %s is not lent', async (_, rewrite) => {
    const it = scene({ ecr });
    faulty(it, 'ecr:GetAuthorizationToken', { rewrite });
    expect((await failureOf(it.issue())).message).toContain('not as it is documented');
  });
});

test('the check asks who the broker is and reads the role’s policies; it takes on no role', async () => {
  const it = scene();
  await it.role.check?.(signal);
  expect(it.aws.asked.map(({ action }) => action)).toEqual(['sts:GetCallerIdentity', 'iam:ListRolePolicies']);
  expect(it.aws.sessions).toEqual([]);
  faulty(it, 'iam:ListRolePolicies', { status: 403, code: 'AccessDenied' });
  await expect(it.role.check?.(signal)).rejects.toThrow('needs iam:ListRolePolicies on the role');
});

test('the check of a role that is not there says so', async () => {
  const it = scene({ role_arn: 'arn:aws:iam::123456789012:role/gone' });
  await expect(it.role.check?.(signal)).rejects.toThrow('AWS: there is no such role');
});

test('the identity that the SDK finds by an ID token is asked for on the broker’s own way', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aws-'));
  writeFileSync(join(folder, 'token'), 'an.id.token');
  const env = {
    AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/broker',
  };
  const before = process.env;
  process.env = { ...before, ...env };
  try {
    const it = scene(
      { credentials: undefined, role_arn: 'arn:aws:iam::123456789012:role/lent' },
      {
        also: [
          { name: 'broker', trusts: ['an.id.token'] },
          { name: 'lent', trusts: ['broker'] },
        ],
      },
    );
    await it.issue();
    expect(it.aws.asked).toEqual([
      { action: 'sts:AssumeRoleWithWebIdentity', host: 'sts.eu-central-1.amazonaws.com' },
      { action: 'sts:AssumeRole', host: 'sts.eu-central-1.amazonaws.com' },
    ]);
  } finally {
    process.env = before;
    rmSync(folder, { recursive: true });
  }
});

test('a claim that no issuer tells is refused at the start, with the field', () => {
  const it = awsScene();
  const open = engine.open(engineTools(it.secrets, { ...it.tools, tellsClaim: (name) => name === 'ref' }));
  const prepare = (more: Record<string, unknown>): unknown =>
    open.prepare(engine.parameters.parse({ ...it.parameters, ...more }));
  expect(() => prepare({ tags: { Ref: 'ref' }, source_identity: 'ref' })).not.toThrow();
  expect(() => prepare({ tags: { Ref: 'reff' } })).toThrow('tells the claim reff');
  expect(() => prepare({ source_identity: 'reff' })).toThrow('tells the claim reff');
});

test('a reference that leads nowhere is told at the start, with the field', () => {
  const { parameters, tools } = awsScene();
  const open = engine.open(engineTools({}, tools));
  expect(() => open.prepare(engine.parameters.parse(parameters))).toThrow('env:AWS_KEY is not set');
});

test('the SDK is loaded when it is used, and not before', () => {
  const program = `
    const { engines } = await import('./src/broker/engines/registry.ts');
    const { Secret } = await import('./src/domain/secret.ts');
    const { createRequire } = await import('node:module');
    const { cache } = createRequire(import.meta.url);
    const loaded = () => Object.keys(cache).filter((path) => path.includes('@aws-sdk')).length;
    const aws = engines.find(({ name }) => name === 'aws');
    const send = () => Promise.reject(new Error('nobody'));
    const clock = { now: () => new Date(), sleep: () => new Promise(() => undefined) };
    const open = aws.open({ secret: () => new Secret('x'), host: { send, clock } });
    const role = open.prepare(aws.parameters.parse(${JSON.stringify(awsScene().parameters)}));
    const before = loaded();
    await role.check(new AbortController().signal).catch(() => undefined);
    console.log(before, loaded() > 0);`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(said.trim()).toBe('0 true');
});
