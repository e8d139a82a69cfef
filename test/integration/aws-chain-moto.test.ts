// The provider aws with moto's STS over HTTP: what a second implementation of AWS's API takes, and what AWS's own SDK says of
// the session that comes of it. What moto does not judge (trust, signatures, ends) is in test/unit/providers.
import { afterAll, expect } from '@jest/globals';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { aws } from '../../src/providers/aws.ts';
import type { Loan } from '../../src/domain/lease.ts';
import { idTokenFor, realCall } from '../support/client/call.ts';
import { secretsOf } from '../support/credentials.ts';
import { startMoto, type Moto } from '../support/moto.ts';
import { testWith } from '../support/peers.ts';

let started: Promise<Moto> | undefined;
afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

const role = 'arn:aws:iam::123456789012:role/ci/deploy';

async function trade(params: Record<string, unknown>): Promise<Loan> {
  const { url } = await (started ??= startMoto());
  const wish = {
    roles: [{ role }],
    region: 'eu-west-1',
    facts: { repository: 'octo-org/octo-repo', run: '7' },
  };
  const opening = aws.configure({ ...wish, params: { endpoint: url, ...params } }).open(false);
  return opening.trade(await idTokenFor(opening.audience), realCall());
}

async function whoIs({ leases }: Loan): Promise<string | undefined> {
  const { url } = await (started ??= startMoto());
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = leases.flatMap(({ credentials }) =>
    credentials.flatMap(secretsOf),
  );
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const client = new STSClient({ region: 'eu-west-1', endpoint: url, credentials });
  return (await client.send(new GetCallerIdentityCommand({}))).Arn;
}

const arn = 'arn:aws:sts::123456789012:assumed-role/deploy/ec-octo-org.octo-repo@7';

testWith(
  ['moto'],
  'a session by the ID token, narrowed by policies, is the role’s',
  async () => {
    const loan = await trade({
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
      },
      'policy-arns': ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    });
    expect(await whoIs(loan)).toBe(arn);
  },
  60_000,
);

testWith(
  ['moto'],
  'a chained session, with all that it can be asked with, is the last role’s',
  async () => {
    const loan = await trade({
      via: 'arn:aws:iam::999999999999:role/ci',
      tags: { Repository: 'octo-repo' },
      'transitive-tags': ['Repository'],
      'external-id': 'octo-ci',
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
      },
    });
    expect(loan).toMatchObject({ account: '123456789012' });
    expect(await whoIs(loan)).toBe(arn);
  },
  60_000,
);
