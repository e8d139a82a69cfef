import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Loan } from '../../../src/domain/lease.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import type { Call } from '../../../src/protocol/http.ts';
import { aws } from '../../../src/providers/aws.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { realCall } from '../../support/client/call.ts';
import { secretsOf } from '../../support/credentials.ts';
import { makeIssuer, type FakeIssuer } from '../../support/issuer.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';
import { startSts, type Sts, type StsOptions } from '../../support/sts.ts';

const hub = 'arn:aws:iam::999999999999:role/hub';
const deploy = 'arn:aws:iam::123456789012:role/deploy';
const audit = 'arn:aws:iam::123456789012:role/team/audit';
const sub = 'repo:octo-org/octo-repo:environment:production';

let issuer: FakeIssuer;
let sts: Sts | undefined;
beforeAll(async () => {
  issuer = await makeIssuer();
});
afterEach(async () => {
  await sts?.close();
  sts = undefined;
});

async function start(options: Partial<StsOptions> = {}): Promise<Sts> {
  const chains = { [deploy]: { by: hub, tagged: true }, [audit]: { by: hub } };
  sts = await startSts({ trust: { [hub]: sub }, chains, issuer, ...options });
  return sts;
}

async function trade(server: Sts, change: Partial<Wish> = {}, call: Call = realCall()): Promise<Loan> {
  const params = { endpoint: server.url, via: hub, ...change.params };
  const wish = { roles: [{ role: deploy }], region: 'eu-west-1', facts: {}, ...change, params };
  const opening = aws.configure(wish).open(false);
  const token = await issuer.mint({ audience: opening.audience });
  return opening.trade(decodeIdToken(token, opening.audience, new Date()), call);
}

test('a session of the role in `via`, as short as they come, signs for the one that is lent', async () => {
  const server = await start();
  const loan = await trade(server, { ttlSeconds: 1800, expectAccounts: ['123456789012'] });
  expect(server.issued.map(({ roleArn, durationSeconds }) => [roleArn, durationSeconds])).toEqual([
    [hub, 900],
    [deploy, 1800],
  ]);
  expect(loan).toMatchObject({
    account: '123456789012',
    leases: [{ role: deploy, revocability: 'expiry-only' }],
  });
  const [first, second] = server.issued;
  const secrets = loan.leases.flatMap(({ credentials }) => credentials.flatMap(secretsOf));
  expect(secrets).toEqual([second?.accessKeyId, second?.secretAccessKey, second?.sessionToken]);
  expect(secrets).not.toContain(first?.secretAccessKey);
  const [, chained] = server.requests;
  expect(chained?.headers['authorization']).toContain('/eu-west-1/sts/aws4_request, SignedHeaders=');
  expect(chained?.body).not.toContain('WebIdentityToken');
});

test('one session signs for all roles', async () => {
  const server = await start();
  const loan = await trade(server, { roles: [{ role: deploy }, { role: audit, prefix: 'AUDIT' }] });
  expect(server.issued.map(({ roleArn }) => roleArn)).toEqual([hub, deploy, audit]);
  expect(loan.leases).toHaveLength(2);
});

test('what a session may be asked with goes where it belongs: limits and extras to the last one only', async () => {
  const server = await start({ chains: { [deploy]: { by: hub, tagged: true, externalId: 'of-ours' } } });
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
  const arns = ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::123456789012:policy/ci'];
  await trade(server, {
    params: {
      policy,
      'policy-arns': arns,
      tags: { Repository: 'octo-org/octo-repo', Run: 17 },
      'transitive-tags': ['Repository'],
      'external-id': 'of-ours',
      'source-identity': 'octo-org',
    },
  });
  const [first, second] = server.issued;
  expect(first?.asked).toMatchObject({
    policy: undefined,
    policyArns: [],
    tags: [],
    sourceIdentity: undefined,
  });
  expect(second?.asked).toMatchObject({
    action: 'AssumeRole',
    policy: JSON.stringify(policy),
    policyArns: arns,
    tags: [
      ['Repository', 'octo-org/octo-repo'],
      ['Run', '17'],
    ],
    transitive: ['Repository'],
    externalId: 'of-ours',
    sourceIdentity: 'octo-org',
  });
});

test('without `via` the limits go with the ID token; a policy may be the JSON as it stands in IAM', async () => {
  const server = await start({ trust: { [deploy]: sub } });
  const policy = '{ "Version": "2012-10-17",\n "Statement": [] }';
  await trade(server, {
    params: { via: undefined, policy, 'policy-arns': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
  });
  expect(server.issued[0]?.asked).toMatchObject({
    action: 'AssumeRoleWithWebIdentity',
    policy: '{"Version":"2012-10-17","Statement":[]}',
    policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  });
});

test('a runner whose clock is an hour off signs by AWS’s time', async () => {
  const server = await start();
  const call = realCall();
  const clock = { ...call.host.clock, now: () => new Date(Date.now() + 3_600_000) };
  const loan = await trade(server, {}, { ...call, host: { ...call.host, clock } });
  expect(loan.leases).toHaveLength(1);
});

describe('what goes wrong after the first session', () => {
  test.each<readonly [string, Partial<StsOptions>, Record<string, unknown>]>([
    ['a role that trusts another', { chains: { [deploy]: { by: audit } } }, {}],
    ['an external id that is missing', { chains: { [deploy]: { by: hub, externalId: 'of-ours' } } }, {}],
    ['tags that are not allowed', { chains: { [deploy]: { by: hub } } }, { tags: { a: 'b' } }],
    [
      'a source identity that is not allowed',
      { chains: { [deploy]: { by: hub } } },
      { 'source-identity': 'octo' },
    ],
  ])('%s is told with what the trust policy lacks', async (_, options, params) => {
    const server = await start(options);
    const error = await failureOf(() => trade(server, { params }));
    expect(error).toMatchObject({
      code: 'policy-denied',
      hint: expect.stringMatching(/sts:AssumeRole.*sts:TagSession.*sts:SetSourceIdentity/) as unknown,
      partlyIssued: false,
    });
    const [first] = server.issued;
    expect(everythingIn(error)).not.toContain(first?.secretAccessKey);
    expect(everythingIn(error)).not.toContain(first?.sessionToken);
  });

  test('a role that is refused after another was lent says that something lives on', async () => {
    const server = await start({ chains: { [deploy]: { by: hub } } });
    const error = await failureOf(() => trade(server, { roles: [{ role: deploy }, { role: audit }] }));
    expect(error).toMatchObject({ code: 'policy-denied', partlyIssued: true });
  });

  test('the role in `via` itself has to be the one that was asked for', async () => {
    const server = await start({ rewrite: (xml) => xml.replace('assumed-role/hub', 'assumed-role/other') });
    expect(await failureOf(() => trade(server))).toMatchObject({ code: 'lease-unsuitable' });
    expect(server.requests).toHaveLength(1);
  });

  test('a session of another source identity is not the one that was asked for', async () => {
    const server = await start({ rewrite: (xml) => xml.replace('>octo-org<', '>someone<') });
    const error = await failureOf(() => trade(server, { params: { 'source-identity': 'octo-org' } }));
    expect(error).toMatchObject({ code: 'lease-unsuitable' });
  });

  test('what AWS says of a policy is told, and of a signature', async () => {
    const codes = ['MalformedPolicyDocument', 'PackedPolicyTooLarge', 'SignatureDoesNotMatch'];
    for (const code of codes) {
      let asked = 0;
      const server = await start({ fault: () => (++asked === 2 ? { status: 400, code } : undefined) });
      const error = await failureOf(() => trade(server));
      expect(error).toMatchObject({
        code: 'request-refused',
        hint: expect.stringMatching(/policy|region/) as unknown,
      });
      expect(String(error)).toContain(`(${code})`);
      await server.close();
    }
  });
});

test('an ID token that another key has signed is not taken', async () => {
  const server = await start({ issuer: await makeIssuer() });
  expect(await failureOf(() => trade(server))).toMatchObject({ code: 'identity-refused' });
});
