import { describe, expect, test } from '@jest/globals';
import type { Broker, Caller } from '../../../src/broker/commands/broker.ts';
import { Refusal, type RefusalError } from '../../../src/broker/domain/refusal.ts';
import { refusalResponse } from '../../../src/broker/http/answer.ts';
import { withBody } from '../../../src/broker/http/json-answer.ts';
import type { Received } from '../../../src/broker/http/proof.ts';
import { presentedToken, resourceEndpoint } from '../../../src/broker/http/resource.ts';

const algs = 'algs="Ed25519 EdDSA ES256"';

async function answerTo(thrown: Error): Promise<Response> {
  const endpoint = resourceEndpoint(() => Promise.reject(thrown));
  try {
    return await endpoint({} as Broker, {} as Received, {} as Caller);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return withBody(refusalResponse(error, 'req_1'));
  }
}

describe('a resource endpoint', () => {
  test.each<[RefusalError, number]>([
    ['invalid_token', 401],
    ['invalid_dpop_proof', 401],
    ['use_dpop_nonce', 401],
    ['insufficient_scope', 403],
  ])('answers %s with %i and a challenge that names it (RFC 9449 §7.1)', async (error, status) => {
    const answer = await answerTo(new Refusal(error, 'no'));
    expect(answer.status).toBe(status);
    expect(answer.headers.get('www-authenticate')).toBe(`DPoP error="${error}", ${algs}`);
    expect(await answer.json()).toMatchObject({ error, error_description: 'no' });
  });

  test('keeps the reason of a proof that does not hold', async () => {
    const answer = await answerTo(new Refusal('invalid_dpop_proof', 'late', { reason: 'proof-time' }));
    expect(await answer.json()).toMatchObject({ reason: 'proof-time' });
  });

  test('leaves other refusals and defects as they are', async () => {
    const answer = await answerTo(new Refusal('access_denied', 'no', { reason: 'denied' }));
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, null]);
    await expect(answerTo(new TypeError('a defect'))).rejects.toThrow('a defect');
  });
});

describe('the access token', () => {
  const asking = (authorization: string): Request =>
    new Request('https://broker.example.com/', { headers: { authorization } });

  test('stands in the Authorization header; the case of DPoP does not count', () => {
    expect(presentedToken(asking('dpop ecs_abc'))).toBe('ecs_abc');
  });

  test.each(['Bearer ecs_abc', 'DPoP', 'DPoP ecs_abc, DPoP ecs_def', 'DPoP ecs_abc ecs_def', 'DPoP é'])(
    'is not taken from %s',
    async (header) => {
      const answer = await answerTo(thrownBy(() => presentedToken(asking(header))));
      expect(answer.headers.get('www-authenticate')).toBe(`DPoP error="invalid_token", ${algs}`);
    },
  );

  test('is asked for without naming an error where there is none at all (RFC 6750 §3.1)', async () => {
    const answer = await answerTo(thrownBy(() => presentedToken(new Request('https://broker.example.com/'))));
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, `DPoP ${algs}`]);
  });
});

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
