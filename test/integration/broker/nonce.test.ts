import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeNonce, nonceHolds } from '../../../src/broker/http/nonce.ts';
import { Borrower, type Answer } from '../../support/broker/borrower.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';
import type { Claims } from '../../support/issuer.ts';

const withNonce = (yaml: string): string => `${yaml}nonce: required\n`;

let broker: TestBroker;
let checkRun = 1000;

beforeAll(async () => {
  broker = await startTestBroker({ yaml: withNonce });
});

afterAll(() => broker.stop());

/** A new job, with a request of its own whose proof holds `nonce`. */
function borrow(nonce: string | undefined, claims: Claims = {}): Promise<Answer> {
  const token = { claims: { check_run_id: String(++checkRun), ...claims } };
  return new Borrower(broker).borrow({ token, request: nonce === undefined ? {} : { nonce } });
}

async function freshNonce(running = broker): Promise<string> {
  const answer = await running.handle(new Request(`${publicUrl}/nonce`, { method: 'POST' }), {
    peer: '192.0.2.1',
  });
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  return answer.headers.get('dpop-nonce') ?? '';
}

const asked = { status: 400, body: { error: 'use_dpop_nonce' } };

describe('a broker that asks for a nonce', () => {
  test.each<[string, () => Promise<Answer>]>([
    ['a grant', async () => borrow(await freshNonce())],
    ['a refusal', () => borrow(undefined)],
    ['the metadata', () => get('/.well-known/oauth-authorization-server')],
    ['nothing found', () => get('/nowhere')],
    ['a request that is too large', () => get('/', { 'x-large': 'x'.repeat(17_000) })],
  ])('gives one with every answer, each time another: %s', async (_, ask) => {
    const [first, second] = [
      (await ask()).headers.get('dpop-nonce'),
      (await ask()).headers.get('dpop-nonce'),
    ];
    expect(first).toMatch(/^[A-Za-z0-9_-]{48}$/);
    expect(second).not.toBe(first);
  });

  test('takes a proof with it, once', async () => {
    const nonce = await freshNonce();
    expect((await borrow(nonce)).status).toBe(200);
    expect(await borrow(nonce)).toMatchObject(asked);
  });

  test('asks for it when it is missing, forged, not ours or over', async () => {
    const nonce = await freshNonce();
    const octets = Buffer.from(nonce, 'base64url');
    const flipped = (at: number): string => {
      const copy = Buffer.from(octets);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      return copy.toString('base64url');
    };
    const strange = makeNonce(createSecretKey(Buffer.alloc(32)), broker.world.clock.now());
    const wrong = [
      undefined,
      '',
      'x',
      flipped(3),
      flipped(10),
      flipped(35),
      `${nonce}=`,
      `${nonce}A`,
      strange,
    ];
    for (const each of wrong) expect(await borrow(each)).toMatchObject(asked);
    expect((await borrow(nonce)).status).toBe(200);
    const late = await freshNonce();
    broker.world.clock.advance(121);
    expect(await borrow(late)).toMatchObject(asked);
  });

  test('leaves the ID token unused when only the nonce was wrong, so the repetition succeeds', async () => {
    const nonce = await freshNonce();
    expect((await borrow(nonce)).status).toBe(200);
    const job = new Borrower(broker, { issuer: broker.gitlab });
    const idToken = await job.idToken();
    const send = (value: string): Promise<Answer> => job.borrow({ idToken, request: { nonce: value } });
    const refused = await send(nonce);
    expect(refused).toMatchObject(asked);
    expect((await send(refused.headers.get('dpop-nonce') ?? '')).status).toBe(200);
  });

  test('asks for it at /revoke with an access token, and not with a handle, which needs no proof', async () => {
    const job = new Borrower(broker);
    const handle = await job.giveBack();
    expect(handle).toMatchObject({ status: 200, body: { leases: [] } });
    const token = `ecs_${'A'.repeat(43)}`;
    expect(await job.post('/revoke', { token }, { accessToken: token })).toMatchObject(asked);
  });

  test('uses no nonce up for a stranger', async () => {
    const nonce = await freshNonce();
    const denied = await borrow(nonce, { repository_id: '999' });
    expect(denied).toMatchObject({ status: 403, body: { reason: 'denied' } });
    expect((await borrow(nonce)).status).toBe(200);
  });

  test('says so in its metadata, and where one is to be had', async () => {
    const { body } = await get('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({ dpop_nonce_required: true, nonce_endpoint: `${publicUrl}/nonce` });
    expect(body['dpop_claims_required']).toContain('nonce');
  });
});

describe('replicas', () => {
  const start = (key: string | undefined): Promise<TestBroker> => {
    const world = testWorld({ env: { LEGACY_TOKEN: 'x' } });
    if (key !== undefined) world.disk.set('/etc/broker/nonce.key', key);
    return startTestBroker({
      world,
      yaml: (yaml) => `${withNonce(yaml)}nonce_key: ./nonce.key\n`,
    });
  };

  test('that share a key take each other’s nonces', async () => {
    const text = 'k'.repeat(43);
    const replicas = [await start(text), await start(`${text}\n`)];
    for (const replica of replicas) {
      const nonce = await freshNonce(replica);
      expect(nonceHolds(createSecretKey(Buffer.from(text)), nonce, replica.world.clock.now())).toBe(true);
      await replica.stop();
    }
  });

  test('do not start without the key that they are to share, or with one that can be guessed', async () => {
    await expect(start(undefined)).rejects.toThrow('/etc/broker/nonce.key is missing or too short');
    await expect(start('short')).rejects.toThrow('/etc/broker/nonce.key is missing or too short');
  });

  test('a broker alone makes its key at the first start and keeps it', async () => {
    const world = testWorld({ env: { LEGACY_TOKEN: 'x' } });
    const first = await startTestBroker({ world, yaml: withNonce });
    const nonce = await freshNonce(first);
    await first.stop();
    const text = (world.disk.get('/etc/broker/broker.db.nonce.key') ?? '').trim();
    expect(text).toMatch(/^[A-Za-z0-9_-]{43}$/);
    await (await startTestBroker({ world, yaml: withNonce })).stop();
    expect(nonceHolds(createSecretKey(Buffer.from(text)), nonce, world.clock.now())).toBe(true);
    expect(world.disk.get('/etc/broker/broker.db.nonce.key')?.trim()).toBe(text);
  });
});

test('a broker that asks for none gives none, has no address for it, and passes over one in a proof', async () => {
  const plain = await startTestBroker();
  const answer = await new Borrower(plain).send(new Request(`${publicUrl}/nonce`, { method: 'POST' }));
  expect([answer.status, answer.headers.get('dpop-nonce')]).toEqual([404, null]);
  const { body } = await new Borrower(plain).send(
    new Request(`${publicUrl}/.well-known/oauth-authorization-server`),
  );
  expect([body['dpop_nonce_required'], body['nonce_endpoint']]).toEqual([false, undefined]);
  const job = new Borrower(plain);
  for (let time = 0; time < 2; time++)
    expect((await job.borrow({ request: { nonce: 'any' } })).status).toBe(200);
  await plain.stop();
});

function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Borrower(broker).send(new Request(publicUrl + path, { headers }));
}

test('a nonce of a replica whose clock is far ahead is none: it would outlive the memory of its use', () => {
  const key = createSecretKey(Buffer.alloc(32));
  const now = new Date('2026-11-20T12:00:00Z');
  const of = (seconds: number): string => makeNonce(key, new Date(now.getTime() + seconds * 1000));
  expect([0, 180, 181].map((ahead) => nonceHolds(key, of(ahead), now))).toEqual([true, true, false]);
});
