import { afterEach, describe, expect, test } from '@jest/globals';
import type { Loan } from '../../../src/domain/lease.ts';
import { aws } from '../../../src/providers/aws.ts';
import { findReturn } from '../../../src/providers/returns.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { idTokenFor, realCall } from '../../support/client/call.ts';
import { secretsOf } from '../../support/credentials.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';
import { requestId, startSts, type Sts, type StsOptions } from '../../support/sts.ts';

const deploy = 'arn:aws:iam::123456789012:role/deploy';
const audit = 'arn:aws:iam::123456789012:role/team/audit';
const sub = 'repo:octo-org/octo-repo:environment:production';
const facts = { repository: 'octo-org/octo-repo', run: '17000000001' };

let sts: Sts | undefined;
afterEach(async () => {
  await sts?.close();
  sts = undefined;
});

async function start(options: Partial<StsOptions> = {}): Promise<Sts> {
  sts = await startSts({ trust: { [deploy]: sub, [audit]: sub }, ...options });
  return sts;
}

async function trade(server: Sts, change: Partial<Wish> = {}, lifetimeSeconds?: number): Promise<Loan> {
  const params = { endpoint: server.url, ...change.params };
  const wish = { roles: [{ role: deploy }], region: 'eu-west-1', facts, ...change, params };
  const opening = aws.configure(wish).open(false);
  const options = lifetimeSeconds === undefined ? {} : { lifetimeSeconds };
  return opening.trade(await idTokenFor(opening.audience, options), realCall());
}

test('one request a role, as AWS documents it: a form, unsigned, with the token and nothing else', async () => {
  const server = await start();
  await trade(server);
  expect(server.requests).toHaveLength(1);
  const [request] = server.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/' });
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: deploy,
    RoleSessionName: 'ec-octo-org.octo-repo@17000000001',
    DurationSeconds: '900',
    WebIdentityToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
});

test('the session becomes a lease that says that nothing but its end stops it', async () => {
  const server = await start();
  const loan = await trade(server, { roles: [{ role: deploy, prefix: 'PROD' }], ttlSeconds: 3600 });
  const [session] = server.issued;
  expect(loan).toMatchObject({
    account: '123456789012',
    leases: [
      {
        role: deploy,
        prefix: 'PROD',
        revocability: 'expiry-only',
        expiresAt: new Date(session?.expiration ?? ''),
        credentials: [{ kind: 'aws-session', fields: { region: 'eu-west-1', account: '123456789012' } }],
      },
    ],
  });
  const [credential] = loan.leases.flatMap(({ credentials }) => credentials);
  if (credential === undefined) throw new Error('no credential');
  expect(secretsOf(credential)).toEqual([
    session?.accessKeyId,
    session?.secretAccessKey,
    session?.sessionToken,
  ]);
  for (const secret of secretsOf(credential)) expect(loan.leases[0]?.id).not.toContain(secret.slice(0, 8));
  expect(session?.durationSeconds).toBe(3600);
});

test('a role that is refused after another was assumed says that something lives on', async () => {
  const server = await start({ trust: { [deploy]: sub } });
  const error = await failureOf(() => trade(server, { roles: [{ role: deploy }, { role: audit }] }));
  expect(error).toMatchObject({ code: 'policy-denied', partlyIssued: true });
  const first = await failureOf(() => trade(server, { roles: [{ role: audit }, { role: deploy }] }));
  expect(first).toMatchObject({ code: 'policy-denied', partlyIssued: false });
});

test('several roles are several sessions; a role’s path is not in its session’s name', async () => {
  const server = await start();
  const loan = await trade(server, { roles: [{ role: deploy }, { role: audit, prefix: 'AUDIT' }] });
  expect(loan.leases.map(({ role }) => role)).toEqual([deploy, audit]);
  expect(new Set(loan.leases.map(({ id }) => id)).size).toBe(2);
});

describe('the session’s name, which stands in CloudTrail,', () => {
  test.each<readonly [string, Partial<Wish>, string]>([
    ['is repository and run', {}, 'ec-octo-org.octo-repo@17000000001'],
    ['is what the workflow says', { params: { 'session-name': 'release@v1' } }, 'release@v1'],
    ['has only characters that AWS allows', { facts: { repository: 'ö/a b:c', run: '1;2' } }, 'ec-.a.b.c@12'],
    ['is there also where nothing is known', { facts: {} }, 'ec-job@0'],
    [
      'is no longer than 64',
      { facts: { repository: `o/${'r'.repeat(100)}`, run: '9'.repeat(40) } },
      `ec-o.${'r'.repeat(35)}@${'9'.repeat(23)}`,
    ],
  ])('%s', async (_, change, name) => {
    const server = await start();
    await trade(server, change);
    expect(server.issued.map(({ sessionName }) => sessionName)).toEqual([name]);
  });
});

describe('what STS refuses is told by its code', () => {
  test.each([
    ['AccessDenied', 403, 'policy-denied'],
    ['InvalidIdentityToken', 400, 'identity-refused'],
    ['ExpiredTokenException', 400, 'identity-refused'],
    ['IDPRejectedClaim', 403, 'identity-refused'],
    ['ValidationError', 400, 'request-refused'],
    ['RegionDisabledException', 403, 'request-refused'],
    ['MalformedPolicyDocument', 400, 'request-refused'],
    ['PackedPolicyTooLarge', 400, 'request-refused'],
    ['SomethingNew', 400, 'request-refused'],
  ])('%s (%i) is %s', async (code, status, ours) => {
    const server = await start({ fault: () => ({ status, code }) });
    const error = await failureOf(() => trade(server));
    expect(error).toMatchObject({
      code: ours,
      requestId,
      retryAfterSeconds: undefined,
      freshIdToken: code === 'ExpiredTokenException',
    });
    expect(everythingIn(error)).not.toMatch(/eyJ|Not authorized/);
  });

  test.each([
    ['IDPCommunicationError', 400],
    ['Throttling', 400],
    ['ServiceUnavailable', 503],
    ['InternalFailure', 500],
    ['RequestLimitExceeded', 429],
  ])('%s (%i) may be asked again', async (code, status) => {
    const server = await start({ fault: () => ({ status, code, headers: { 'retry-after': '3' } }) });
    expect(await failureOf(() => trade(server))).toMatchObject({ code: 'busy', retryAfterSeconds: 3 });
  });

  test('by STS’s own rules: a trust policy, an audience, an end, a session that is too long', async () => {
    const stranger = await start({ trust: { [deploy]: 'repo:other/repo:environment:x' } });
    expect(await failureOf(() => trade(stranger))).toMatchObject({ code: 'policy-denied' });
    expect(await failureOf(() => trade(stranger, { audience: 'other' }))).toMatchObject({
      code: 'identity-refused',
    });
    expect(await failureOf(() => trade(stranger, {}, -30))).toMatchObject({
      code: 'identity-refused',
      freshIdToken: true,
    });
    expect(await failureOf(() => trade(stranger, { ttlSeconds: 7200 }))).toMatchObject({
      code: 'request-refused',
    });
    expect(stranger.issued).toEqual([]);
  });
});

describe('an answer that is not the session that was asked for', () => {
  const change = (from: string | RegExp, to: string) => (xml: string) => xml.replace(from, to);
  test.each<readonly [string, string, (xml: string) => string]>([
    ['of another account', 'lease-unsuitable', change('sts::123456789012', 'sts::999999999999')],
    ['of another role', 'lease-unsuitable', change('assumed-role/deploy', 'assumed-role/admin')],
    ['of another session', 'lease-unsuitable', change('@17000000001</Arn>', '@1</Arn>')],
    ['of another partition', 'lease-unsuitable', change('arn:aws:sts', 'arn:aws-cn:sts')],
    ['without an ARN', 'lease-unsuitable', change(/<Arn>.*<\/Arn>/, '')],
    ['with two ARNs', 'lease-unsuitable', change(/(<Arn>.*<\/Arn>)/, '$1$1')],
    ['without a token', 'answer-invalid', change(/<SessionToken>.*<\/SessionToken>/, '')],
    ['with an empty key', 'answer-invalid', change(/<SecretAccessKey>.*</, '<SecretAccessKey><')],
    ['with two keys', 'answer-invalid', change(/(<AccessKeyId>.*<\/AccessKeyId>)/, '$1$1')],
    ['without an end', 'answer-invalid', change(/<Expiration>.*<\/Expiration>/, '')],
    ['whose end is no time', 'answer-invalid', change(/<Expiration>.*</, '<Expiration>soon<')],
    ['in HTML', 'answer-invalid', () => '<html>Sign in</html>'],
    ['that is empty', 'answer-invalid', () => ''],
  ])('%s is %s', async (_, code, rewrite) => {
    const server = await start({ rewrite });
    const error = await failureOf(() => trade(server));
    expect(error).toMatchObject({ code });
    const [session] = server.issued;
    for (const secret of [session?.secretAccessKey, session?.sessionToken])
      expect(everythingIn(error)).not.toContain(secret);
  });

  test('entities in it are read', async () => {
    const server = await start({
      rewrite: change(/<SecretAccessKey>.*</, '<SecretAccessKey> a&amp;b&lt;c&gt;d&quot;e&apos;f&amp;lt; <'),
    });
    const [credential] = (await trade(server)).leases.flatMap(({ credentials }) => credentials);
    expect(credential && secretsOf(credential)[1]).toBe('a&b<c>d"e\'f&lt;');
  });

  test('an error page that is no XML of AWS’s is no answer of STS', async () => {
    const server = await start({ fault: () => ({ status: 403, code: '<b>x</b>' }) });
    expect(await failureOf(() => trade(server))).toMatchObject({ code: 'answer-invalid' });
  });
});

test('a session cannot be given back, and nobody claims that it was', async () => {
  expect(await findReturn('aws')).toBeUndefined();
});
