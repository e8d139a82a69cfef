import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
} from 'jose';
import { Borrower, leasesOf, onlyToken, type Answer } from '../../support/broker/borrower.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';
import { makeIssuer } from '../../support/issuer.ts';

let broker: TestBroker;
/** A role whose tokens are for both servers and bound to a key, and that tries to say what only the broker may. */
const own =
  'cnf: true, audience: [ "https://api.example.com", "https://db.example.com" ], claims: { active: "no", token_type: Bearer }';
let keys: { readonly api: CryptoKey; readonly db: CryptoKey; readonly rsa: CryptoKey };

const servers = `resource_servers:
  - { id: api, audience: https://api.example.com, public_key: api.pem }
  - { id: db, audience: https://db.example.com, jwks: db.json }
  - { id: rsa, audience: https://api.example.com, public_key: rsa.pem }
`;

beforeAll(async () => {
  const [api, db, rsa] = await Promise.all([
    generateKeyPair('EdDSA', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('PS256', { extractable: true }),
  ]);
  keys = { api: api.privateKey, db: db.privateKey, rsa: rsa.privateKey };
  const github = await makeIssuer();
  const world = testWorld({ issuers: [github], env: { LEGACY_TOKEN: 'x' } });
  world.disk.set('/etc/broker/api.pem', await exportSPKI(api.publicKey));
  world.disk.set('/etc/broker/rsa.pem', await exportSPKI(rsa.publicKey));
  world.disk.set(
    '/etc/broker/db.json',
    JSON.stringify({ keys: [{ ...(await exportJWK(db.publicKey)), kid: 'db1' }] }),
  );
  const lending = (yaml: string): string =>
    yaml.replace(/ {2}app-ro: .*/, `  app-ro: { engine: jwt, ${own} }`) + servers;
  broker = { ...(await startTestBroker({ world, yaml: lending })), github };
});

afterAll(() => broker.stop());

interface Assertion {
  readonly id?: string;
  readonly alg?: string;
  readonly key?: CryptoKey;
  readonly claims?: Record<string, unknown>;
}

async function assertion({
  id = 'api',
  alg = 'EdDSA',
  key = keys.api,
  claims,
}: Assertion = {}): Promise<string> {
  const now = Math.floor(broker.world.clock.now().getTime() / 1000);
  return new SignJWT({
    iss: id,
    sub: id,
    aud: publicUrl,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...claims,
  })
    .setProtectedHeader({ alg, ...(id === 'db' ? { kid: 'db1' } : {}) })
    .sign(key);
}

async function introspect(token: string, client_assertion: string): Promise<Answer> {
  return new Borrower(broker).post('/introspect', {
    token,
    client_assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
}

test('a token counts until it is given back', async () => {
  const job = new Borrower(broker);
  const answer = await job.borrow({ token: { claims: { check_run_id: '1' } } });
  const token = onlyToken(answer);
  expect((await introspect(token, await assertion())).body).toMatchObject({
    active: true,
    aud: 'https://api.example.com',
    iss: publicUrl,
    jti: leasesOf(answer)[0]?.lease_id,
    token_type: 'Bearer',
  });
  await job.giveBack();
  expect((await introspect(token, await assertion())).body).toEqual({ active: false });
});

test('B26: a token counts only until its lease ends, also while the worker is late', async () => {
  const job = new Borrower(broker);
  const token = onlyToken(await job.borrow({ token: { claims: { check_run_id: '2' } } }));
  broker.world.clock.skip(901);
  expect((await introspect(token, await assertion())).body).toEqual({ active: false });
});

test('B26: a token whose job’s heart has stopped does not count, long before its end', async () => {
  const job = new Borrower(broker);
  const role = { type: 'ephemeral_credential', role: 'deploy-prod', heartbeat: 60 };
  const token = onlyToken(await job.borrow({ roles: [role], token: { claims: { check_run_id: '8' } } }));
  expect((await introspect(token, await assertion())).body).toMatchObject({ active: true });
  broker.world.clock.skip(60);
  expect((await introspect(token, await assertion())).body).toEqual({ active: false });
});

test('a resource server is told about its own tokens only', async () => {
  const job = new Borrower(broker);
  const token = onlyToken(await job.borrow({ token: { claims: { check_run_id: '3' } } }));
  const db = await assertion({ id: 'db', alg: 'ES256', key: keys.db });
  expect((await introspect(token, db)).body).toEqual({ active: false });
});

test('a token for several servers counts at each of them, and says to which key it is bound', async () => {
  const job = new Borrower(broker);
  const token = onlyToken(await job.borrow({ roles: ['app-ro'], token: { claims: { check_run_id: '9' } } }));
  const db = (): Promise<string> => assertion({ id: 'db', alg: 'ES256', key: keys.db });
  const audiences = ['https://api.example.com', 'https://db.example.com'];
  for (const asking of [assertion, db])
    expect((await introspect(token, await asking())).body).toMatchObject({
      active: true,
      token_type: 'DPoP',
      aud: audiences,
      cnf: { jkt: job.key.thumbprint },
    });
  await job.giveBack();
  for (const asking of [assertion, db])
    expect((await introspect(token, await asking())).body).toEqual({ active: false });
});

test('a token that another signed in our name does not count, though its lease does', async () => {
  const job = new Borrower(broker);
  const genuine = onlyToken(await job.borrow({ token: { claims: { check_run_id: '4' } } }));
  const forged = await new SignJWT(decodeJwt(genuine))
    .setProtectedHeader({ ...decodeProtectedHeader(genuine), alg: 'EdDSA' })
    .sign(keys.api);
  expect((await introspect(forged, await assertion())).body).toEqual({ active: false });
  expect((await introspect(genuine, await assertion())).body).toMatchObject({ active: true });
});

test('what the broker did not make does not count', async () => {
  const foreign = await assertion({ claims: { aud: 'https://api.example.com' } });
  for (const token of ['', 'ecs_abc', 'a.b.c', foreign])
    expect((await introspect(token, await assertion())).body).toEqual({ active: false });
});

test.each<[string, () => Promise<string>]>([
  ['by one who is not registered', () => assertion({ id: 'nobody' })],
  ['for another', () => assertion({ claims: { sub: 'db' } })],
  ['for another audience', () => assertion({ claims: { aud: 'https://other.example.com' } })],
  ['for several audiences', () => assertion({ claims: { aud: [publicUrl, 'https://other.example.com'] } })],
  ['that is over', () => assertion({ claims: { exp: 1 } })],
  ['that lasts for ever', () => assertion({ claims: { exp: 9_999_999_999 } })],
  ['whose time has not come', () => assertion({ claims: { nbf: 9_999_999_999 } })],
  ['whose time is no number', () => assertion({ claims: { nbf: 'now' } })],
  ['without a number', () => assertion({ claims: { jti: undefined } })],
  ['signed in a way that its key is not for', () => assertion({ id: 'rsa', alg: 'PS256', key: keys.rsa })],
  ['signed by another', () => assertion({ id: 'api', alg: 'ES256', key: keys.db })],
  ['that is no JWT', () => Promise.resolve('nonsense')],
])('an assertion %s is refused', async (_, make) => {
  expect(await introspect('x', await make())).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
});

test('an assertion is good for one request', async () => {
  const once = await assertion();
  expect((await introspect('x', once)).status).toBe(200);
  expect((await introspect('x', once)).status).toBe(401);
});
