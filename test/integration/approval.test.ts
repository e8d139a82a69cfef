// Main and post of the action against the real broker in this process, with an operator who decides.
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { githubPolicy, publicUrl } from '../support/broker/test-broker.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';

let story: InProcess | undefined;
afterEach(async () => {
  await story?.[Symbol.asyncDispose]();
  story = undefined;
});

interface Scene {
  readonly story: InProcess;
  /** Decides as the operator, on the transaction that the log names. @returns the broker's status */
  readonly decide: (decision: 'approve' | 'reject') => Promise<number>;
  readonly polls: () => number;
}

async function start(): Promise<Scene> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const pem = await exportSPKI(publicKey);
  const running = await inProcess({
    beforeStart: ({ disk }) => void disk.set('/etc/broker/ops.pem', pem),
    yaml: (yaml) => `${yaml}operators: [ { id: ops, public_key: ops.pem } ]\n`,
    policies: { 'github.yaml': `${githubPolicy}approval: { source: operator, within: 15m }\n` },
  });
  story = running;
  const decide = async (decision: string): Promise<number> => {
    const [, id = ''] = /\/approvals\/(\w+)/.exec(running.world.printed()) ?? [];
    const now = Math.floor(running.broker.world.clock.now().getTime() / 1000);
    const claims = { iss: 'ops', sub: 'ops', aud: publicUrl, jti: randomUUID(), iat: now, exp: now + 60 };
    const body = new URLSearchParams({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey),
      decision,
    });
    const request = new Request(`${publicUrl}/approvals/${id}`, { method: 'POST', body });
    return (await running.broker.handle(request, { peer: '192.0.2.9' })).status;
  };
  const polls = (): number => running.passed.filter(({ path }) => path === '/credentials/deferred').length;
  return { story: running, decide, polls };
}

/** Does something before so many polls were answered. */
function before(count: number, act: () => Promise<unknown>): InProcess['onRequest'] {
  let seen = 0;
  return async (path) => {
    if (path === '/credentials/deferred' && ++seen === count) await act();
    return 'pass' as const;
  };
}

const waiting = { 'approval-timeout': '10m' };

test('an operator approves while the job waits: it is lent, delivered and given back as ever', async () => {
  const { story: it, decide, polls } = await start();
  it.onRequest = before(3, () => decide('approve'));
  expect(await it.main(waiting)).toBe(0);
  expect(polls()).toBe(3);
  expect(Object.keys(it.world.told('GITHUB_ENV'))).toEqual(['EPHEMERAL_TOKEN']);
  expect(it.world.printed()).toMatch(
    new RegExp(`Waiting until 12:10 UTC for the approval at ${publicUrl}/approvals/txn_[0-9a-f]+`),
  );
  const { status, world } = await it.post();
  expect(status).toBe(0);
  expect(world.printed()).toContain('given back (revoked)');
});

test('the ID token may have ended meanwhile', async () => {
  const { story: it, decide } = await start();
  it.onRequest = before(100, () => decide('approve'));
  expect(await it.main(waiting)).toBe(0);
  expect(it.minted).toHaveLength(1);
});

test('the answer that brought it may be lost: one is alive, and it is delivered', async () => {
  const { story: it, decide } = await start();
  let lost = false;
  it.onRequest = async (path) => {
    if (path !== '/credentials/deferred' || lost) return 'pass';
    expect(await decide('approve')).toBe(200);
    lost = true;
    return 'lose';
  };
  expect(await it.main(waiting)).toBe(0);
  const states = it.broker.world.auditLines().map(({ message }) => message);
  expect(states.filter((message) => message === 'lease revoked')).toHaveLength(1);
  const { world } = await it.post();
  expect(world.printed()).toContain('given back (revoked)');
});

describe('nothing is lent', () => {
  test('when an operator says no', async () => {
    const { story: it, decide } = await start();
    it.onRequest = before(2, () => decide('reject'));
    expect(await it.main(waiting)).toBe(66);
    expect(it.world.printed()).toContain('the approval was refused (approval-rejected)');
    expect(it.world.told('GITHUB_ENV')).toEqual({});
  });

  test('when nobody says anything in the time that policy gives', async () => {
    const { story: it } = await start();
    expect(await it.main({ 'approval-timeout': '1h' })).toBe(66);
    expect(it.world.printed()).toContain('nobody approved in time (approval-expired)');
  });

  test('when nobody says anything in the time that the workflow gives; later it is too late', async () => {
    const { story: it, decide } = await start();
    expect(await it.main({ 'approval-timeout': '30s' })).toBe(75);
    expect(it.world.printed()).toContain(`within 30 s.`);
    expect(it.passed.at(-1)).toMatchObject({ path: '/revoke', status: 200 });
    expect(await decide('approve')).toBe(409);
  });

  test('at once where the workflow does not wait', async () => {
    const { story: it, polls } = await start();
    expect(await it.main()).toBe(75);
    expect(polls()).toBe(0);
    expect(it.world.printed()).toMatch(/\(https:\/\/broker\.example\.com\/approvals\/txn_[0-9a-f]+\)/);
  });
});
