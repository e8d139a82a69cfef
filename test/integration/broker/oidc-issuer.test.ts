import { describe, expect, test } from '@jest/globals';
import { Borrower } from '../../support/broker/borrower.ts';
import {
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';
import { makeIssuer, type FakeIssuer } from '../../support/issuer.ts';

const claims =
  'claims: { index: organization_id, ids: [organization_id, pipeline_id], job: [organization_id, build_id, job_id], match: [branch, pipeline, sub] }';

const policy = (match: string, access = 'write'): string => `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: ci, owner: platform }
issuer: https://ci.example.com
match: { claims: { ${match} } }
grants: [ { role: deploy-prod, access: ${access} } ]
examples: { allow: [ { ${match} } ], deny: [ { ${match.split(':')[0] ?? ''}: another } ] }
`;
const ids =
  'organization_id: 0184990a-477b-4fa8-9968-496074483cee, pipeline_id: 0184990a-477b-4fa8-9968-496074483ced';

interface Made {
  readonly broker: TestBroker;
  readonly ci: FakeIssuer;
}

/** A broker that believes a platform of which it knows nothing but this entry. */
async function start(
  entry: string,
  text = policy(`${ids}, branch: main`),
  options: TestBrokerOptions = {},
): Promise<Made> {
  const ci = await makeIssuer({ platform: 'oidc', algorithm: entry.includes('ES256') ? 'ES256' : 'RS256' });
  const broker = await startTestBroker({
    ...options,
    world: testWorld({ issuers: [ci], env: { LEGACY_TOKEN: 'legacy-secret-value' } }),
    policies: { 'ci.yaml': text },
    yaml: (yaml) =>
      yaml.replace(
        '  - github\n',
        `  - github\n  - { platform: oidc, url: https://ci.example.com, ${entry} }\n`,
      ),
  });
  return { broker, ci };
}

describe('a platform of which only broker.yaml tells', () => {
  test('lends to the jobs that its policies name, by its own claims', async () => {
    const { broker, ci } = await start(claims);
    const job = new Borrower(broker, { issuer: ci });
    expect((await job.borrow()).status).toBe(200);
    const other = new Borrower(broker, { issuer: ci });
    expect(await other.borrow()).toMatchObject({ status: 403, body: { reason: 'role-in-use' } });
    expect((await other.borrow({ token: { claims: { job_id: 'another job' } } })).status).toBe(200);
    for (const change of [
      { branch: 'feature' },
      { pipeline_id: 'x' },
      { organization_id: 'x' },
      { branch: ['main'] },
    ])
      expect(await other.borrow({ token: { claims: change } })).toMatchObject({
        status: 403,
        body: { reason: 'denied' },
      });
    expect(broker.world.fetched).toEqual([
      'https://ci.example.com/.well-known/openid-configuration',
      'https://ci.example.com/keys',
    ]);
    await broker.stop();
  });

  test('may sign with ES256 where broker.yaml says so, and only then', async () => {
    const { broker, ci } = await start(`algorithms: [ES256], ${claims}`);
    expect((await new Borrower(broker, { issuer: ci }).borrow()).status).toBe(200);
    const rsa = await makeIssuer({ platform: 'oidc' });
    expect(await new Borrower(broker, { issuer: rsa }).borrow()).toMatchObject({
      body: { reason: 'signature' },
    });
    await broker.stop();
  });

  test('may name the job’s key in the token', async () => {
    const { broker, ci } = await start(`binding: cnf, ${claims}`);
    const job = new Borrower(broker, { issuer: ci });
    const named = { claims: { cnf: { jkt: job.key.thumbprint } }, header: { typ: 'dpop+id_token' } };
    const idToken = await job.idToken(named);
    expect((await job.borrow({ idToken })).status).toBe(200);
    const thief = new Borrower(broker, { issuer: ci });
    const stolen = await job.idToken(named);
    expect(await thief.borrow({ idToken: stolen })).toMatchObject({
      status: 400,
      body: { reason: 'token-bound-to-other-key' },
    });
    expect(await thief.borrow()).toMatchObject({ status: 400, body: { reason: 'token-bound-to-other-key' } });
    await broker.stop();
  });

  test.each<[string, string, string, RegExp]>([
    [
      'a claim that it does not name',
      claims,
      policy(`${ids}, colour: red`),
      /ci\.yaml:5: match\.colour: .*they have/,
    ],
    [
      'a claim in two ways',
      claims.replace('branch', 'ref'),
      policy(ids).replace('match: {', 'match: { ref: main,').replace('claims: {', 'claims: { ref: other,'),
      /ci\.yaml:5: match\.claims: a claim stands here that stands in match itself/,
    ],
    ['no id', claims, policy('organization_id: x'), /pipeline_id is missing/],
    [
      'writing where it has names only',
      'claims: { index: pipeline, ids: [], job: [build_id, job_id], match: [branch] }',
      policy('pipeline: deploy'),
      /ci\.yaml:6: grants\[0\]\.access: this issuer has names only/,
    ],
    [
      'everybody',
      'claims: { index: pipeline, ids: [], job: [build_id, job_id], match: [branch] }',
      policy('branch: main', 'read'),
      /pipeline is missing: by it/,
    ],
  ])('a policy that matches %s does not load', async (_, entry, text, why) => {
    await expect(start(entry, text)).rejects.toThrow(why);
  });

  test('with names only may be read from', async () => {
    const named = 'claims: { index: pipeline, ids: [], job: [build_id, job_id], match: [branch] }';
    const { broker, ci } = await start(named, policy('pipeline: deploy', 'read'));
    expect((await new Borrower(broker, { issuer: ci }).borrow()).status).toBe(200);
    await broker.stop();
  });

  test.each<[string, string, RegExp]>([
    ['without its claims', 'max_age: 5m', /issuers\[1\]: say by which claims/],
    [
      'with a claim that is judged anyway',
      'claims: { index: iss, ids: [], job: [jti], match: [] }',
      /judged by the broker/,
    ],
    ['with an algorithm that is symmetric', `algorithms: [HS256], ${claims}`, /issuers\[1\]/],
    [
      'with keys on a file that is not there',
      `jwks_file: keys.json, ${claims}`,
      /jwks_file: there is no file keys\.json/,
    ],
    ['with keys in two places', `jwks_file: k, jwks_uri: "https://ci.example.com/k", ${claims}`, /not both/],
    ['with keys at nonsense', `jwks_uri: nonsense, ${claims}`, /jwks_uri: not a URL/],
  ])('%s is refused with file, line and field', async (_, entry, why) => {
    await expect(start(entry)).rejects.toThrow(why);
  });

  test('with keys in a file of none is refused', async () => {
    const beforeStart: TestBrokerOptions['beforeStart'] = (world) =>
      world.disk.set('/etc/broker/keys.json', '{"keys":[]}');
    await expect(start(`jwks_file: keys.json, ${claims}`, undefined, { beforeStart })).rejects.toThrow(
      /jwks_file: no key set of RS256 keys: no usable key/,
    );
  });
});
