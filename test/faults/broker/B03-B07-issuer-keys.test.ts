import { describe, expect, test } from '@jest/globals';
import type { JWK } from 'jose';
import { TransportError } from '../../../src/domain/host.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import {
  down,
  jwk,
  respond,
  settled,
  silent,
  watchedKeys,
  type WatchedKeys,
} from '../../support/broker/key-server.ts';
import { startWatchedBroker } from '../../support/broker/watched-broker.ts';

const [a, b] = await Promise.all([jwk('a'), jwk('b')]);
const setOf = (...keys: readonly JWK[]): ReturnType<typeof respond> => respond({ keys });

/** With this set fetched just now. */
async function holding(...keys: readonly JWK[]): Promise<WatchedKeys> {
  const made = watchedKeys();
  made.answer = setOf(...keys);
  await made.keys.find('a');
  return made;
}

const unavailable = { error: 'temporarily_unavailable', status: 503, reason: 'issuer' };

describe('B03 a kid is only the key of a map', () => {
  test.each<[string, unknown]>([
    ['missing', undefined],
    ['unknown', 'x'],
    ['a path', '../../../../etc/passwd'],
    ['SQL', "' OR 1=1 --"],
    ['10 kB', 'k'.repeat(10_000)],
    ['inherited', 'constructor'],
    ['__proto__', '__proto__'],
    ['a list', ['a']],
    ['a number', 0],
    ['empty', ''],
    ['another spelling of a known one', 'KNOWN'],
  ])('%s: the token is refused, the issuer asked once at most', async (_, kid) => {
    const broker = await startWatchedBroker();
    const known = broker.github.publicKey().kid ?? '';
    const header = { kid: kid === 'KNOWN' ? known.toUpperCase() : kid };
    const job = new Borrower(broker);
    for (let time = 0; time < 3; time++)
      await broker.expectRefused(() => job.borrow({ token: { header } }), {
        status: 400,
        body: { error: 'invalid_grant', reason: 'signature' },
      });
    expect(broker.world.fetched.length).toBeLessThanOrEqual(1);
    await broker.stop();
  });

  test('unknown ones cause one request in 30 seconds, whatever strangers send', async () => {
    const made = await holding(a);
    made.clock.advance(30);
    for (let stranger = 0; stranger < 100; stranger++)
      expect(await made.keys.find(`x${String(stranger)}`)).toBeUndefined();
    expect(made.requests).toHaveLength(2);
    made.clock.advance(29);
    await made.keys.find('x');
    expect(made.requests).toHaveLength(2);
    made.clock.advance(1);
    await made.keys.find('x');
    expect(made.requests).toHaveLength(3);
  });
});

describe('B05 keys change', () => {
  test('a new key works with the first request after the cooldown', async () => {
    const made = await holding(a);
    made.answer = setOf(a, b);
    made.clock.advance(29);
    expect(await made.keys.find('b')).toBeUndefined();
    made.clock.advance(1);
    expect(await made.keys.find('b')).toBeDefined();
  });

  test('a key that was taken out is believed for ten minutes at most, though nobody asked meanwhile', async () => {
    const made = await holding(a);
    made.answer = setOf(b);
    made.clock.advance(600);
    expect(await made.keys.find('a')).toBeDefined();
    await settled();
    expect(await made.keys.find('a')).toBeUndefined();
    const idle = await holding(a);
    idle.answer = setOf(b);
    idle.clock.advance(601);
    expect(await idle.keys.find('a')).toBeUndefined();
  });

  test('nor longer where a stranger’s kid had met an issuer in trouble before', async () => {
    const made = await holding(a);
    made.clock.advance(240);
    made.answer = down;
    await made.keys.find('x');
    made.answer = setOf(b);
    made.clock.advance(361);
    expect(await made.keys.find('a')).toBeUndefined();
  });

  test('whoever names a known key does not wait for the refresh', async () => {
    const made = await holding(a);
    made.answer = silent;
    made.clock.advance(301);
    expect(await made.keys.find('a')).toBeDefined();
    expect(made.requests).toHaveLength(2);
  });

  test('through the whole broker', async () => {
    const broker = await startWatchedBroker();
    const job = new Borrower(broker);
    const before = await job.idToken();
    expect((await job.borrow()).status).toBe(200);
    await broker.github.rotate();
    broker.world.clock.advance(31);
    const next = new Borrower(broker);
    expect((await next.borrow({ token: { claims: { check_run_id: '2' } } })).status).toBe(200);
    await broker.expectRefused(() => job.borrow({ idToken: before }), {
      status: 400,
      body: { reason: 'signature' },
    });
    await broker.stop();
  });
});

describe('B06 the issuer does not answer as it should', () => {
  test.each<[string, ReturnType<typeof respond>]>([
    ['is down', down],
    ['breaks off', () => Promise.reject(new TransportError('truncated'))],
    ['sends more than 256 KiB', () => Promise.reject(new TransportError('too-large'))],
    ['answers 500', respond({ keys: [b] }, 500)],
    ['redirects', respond({ keys: [b] }, 302)],
    ['sends garbage', respond('<html>')],
  ])('it %s: the old keys serve until they are an hour old, with an alarm; then 503', async (_, trouble) => {
    const made = await holding(a);
    made.answer = trouble;
    made.clock.advance(601);
    expect(await made.keys.find('a')).toBeDefined();
    expect(made.notes).toMatchObject([{ name: 'issuer', outcome: 'failure', alarm: true }]);
    expect(made.notes[0]?.message).toMatch(
      /^the keys of https:\/\/token\.actions.* could not be fetched: .*an hour/,
    );
    made.clock.advance(2999);
    expect(await made.keys.find('a')).toBeDefined();
    made.clock.advance(1);
    await expect(made.keys.find('a')).rejects.toMatchObject(unavailable);
    made.answer = setOf(b);
    made.clock.advance(30);
    expect(await made.keys.find('b')).toBeDefined();
    expect(made.notes.at(-1)).toMatchObject({
      outcome: 'success',
      message: expect.stringMatching('1 in use'),
    });
  });

  test('it asks for them by GET, from the pinned address, for all requests at once, and bounds the answer', async () => {
    const made = watchedKeys();
    made.answer = setOf(a);
    const found = await Promise.all(Array.from({ length: 20 }, () => made.keys.find('a')));
    expect(found.every((each) => each?.algorithm === 'RS256')).toBe(true);
    expect(made.requests).toMatchObject([{ method: 'GET', maxBytes: 262_144, networks: 'public' }]);
    expect(made.requests[0]?.url.href).toBe('https://token.actions.githubusercontent.com/.well-known/jwks');
  });

  test('it is silent: five seconds, then 503 where there are no keys, and it is not asked by each request', async () => {
    const made = watchedKeys();
    made.answer = silent;
    const asking = Promise.allSettled(Array.from({ length: 10 }, () => made.keys.find('a')));
    await settled();
    made.clock.advance(5);
    for (const each of await asking) expect(each).toMatchObject({ status: 'rejected', reason: unavailable });
    await expect(made.keys.find('a')).rejects.toMatchObject(unavailable);
    expect(made.requests).toHaveLength(1);
    expect(made.requests[0]?.signal.aborted).toBe(true);
  });

  test('it stays silent: the first waits, the next ones who name a known key do not', async () => {
    const made = await holding(a);
    made.answer = silent;
    made.clock.advance(601);
    const first = made.keys.find('a');
    await settled();
    made.clock.advance(5);
    expect(await first).toBeDefined();
    made.clock.advance(30);
    expect(await made.keys.find('a')).toBeDefined();
    expect(made.requests).toHaveLength(3);
  });

  test('the others’ tokens are verified meanwhile, and its own are answered 503', async () => {
    const broker = await startWatchedBroker();
    const { send } = broker.world;
    const stuck = Promise.withResolvers<never>();
    const slow = await startWatchedBroker({
      world: {
        ...broker.world,
        disk: broker.world.disk,
        send: (request) => (request.url.hostname === 'gitlab.example.com' ? stuck.promise : send(request)),
      },
    });
    const waiting = new Borrower(slow, { issuer: slow.gitlab }).borrow();
    await settled();
    const other = new Borrower(slow, { issuer: broker.github });
    expect((await other.borrow()).status).toBe(200);
    stuck.reject(new TransportError('reset'));
    expect(await waiting).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable', reason: 'issuer' },
    });
    expect(slow.world.auditLines()).toContainEqual(
      expect.objectContaining({
        severity_id: 4,
        message: expect.stringMatching(
          'the keys of https://gitlab.example.com could not be fetched: reset',
        ) as unknown,
      }),
    );
    await slow.stop();
    await broker.stop();
  });
});

describe('B07 what comes from the issuer is unfit: the old set stays whole', () => {
  const oidc = {
    platform: 'oidc',
    url: 'https://ci.example.com',
    claims: { index: 'o', ids: ['o'], job: ['j'], match: [] },
  };
  const discovery = { issuer: 'https://ci.example.com', jwks_uri: 'https://ci.example.com/keys' };
  const page =
    (document: unknown): WatchedKeys['answer'] =>
    (request) =>
      (request.url.pathname.includes('.well-known') ? respond(document) : setOf(b))(request);

  test.each<[string, unknown]>([
    ['is empty', { keys: [] }],
    ['holds no usable key', { keys: [{ kty: 'oct', k: 'AAAA', kid: 'a' }] }],
    ['is cut off', `{"keys":[${JSON.stringify(b)}`],
    ['names its keys twice', `{"keys":[],"keys":[${JSON.stringify(b)}]}`],
    ['is an error page', { error: 'rate limited' }],
    ['is a list', [b]],
    ['holds more than 50 keys', { keys: Array.from({ length: 51 }, (_, n) => ({ ...b, kid: String(n) })) }],
  ])('a set that %s', async (_, body) => {
    const made = await holding(a);
    made.answer = respond(body);
    made.clock.advance(601);
    expect(await made.keys.find('a')).toBeDefined();
    expect(await made.keys.find('b')).toBeUndefined();
    expect(made.notes).toMatchObject([{ outcome: 'failure', alarm: true }]);
  });

  test.each<[string, unknown]>([
    ['of another issuer', { ...discovery, issuer: 'https://evil.example.com' }],
    ['whose issuer has a slash more', { ...discovery, issuer: 'https://ci.example.com/' }],
    ['whose issuer is in capitals', { ...discovery, issuer: 'https://CI.example.com' }],
    ['without an issuer', { jwks_uri: discovery.jwks_uri }],
    ['with keys on another host', { ...discovery, jwks_uri: 'https://evil.example.com/keys' }],
    ['with keys on another port', { ...discovery, jwks_uri: 'https://ci.example.com:8443/keys' }],
    ['with keys over plain http', { ...discovery, jwks_uri: 'http://ci.example.com/keys' }],
    ['with keys behind a password', { ...discovery, jwks_uri: 'https://u:p@ci.example.com/keys' }],
    ['with keys in a file', { ...discovery, jwks_uri: 'file:///etc/passwd' }],
    ['without keys', { issuer: discovery.issuer }],
    ['that is garbage', '<html>'],
  ])('a discovery document %s', async (_, document) => {
    const made = watchedKeys(oidc);
    made.answer = page(discovery);
    expect(await made.keys.find('b')).toBeDefined();
    const asked = made.requests.length;
    made.answer = page(document);
    made.clock.advance(601);
    expect(await made.keys.find('b')).toBeDefined();
    expect(made.requests.slice(asked).map(({ url }) => url.href)).toEqual([
      'https://ci.example.com/.well-known/openid-configuration',
    ]);
    expect(made.notes).toMatchObject([{ outcome: 'failure', alarm: true }]);
  });

  test('a pinned address is asked whatever the discovery document would say', async () => {
    const made = watchedKeys({ ...oidc, jwks_uri: 'https://keys.example.com/set' });
    made.answer = setOf(b);
    expect(await made.keys.find('b')).toBeDefined();
    expect(made.requests.map(({ url }) => url.href)).toEqual(['https://keys.example.com/set']);
  });
});
