import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import { broker } from '../../../src/providers/broker.ts';
import { brokerUrl } from '../../support/client/entries.ts';
import { makeStage, type Stage } from '../../support/client/stage.ts';
import { clientWorld, jsonAnswer } from '../../support/client/world.ts';
import { makeIssuer } from '../../support/issuer.ts';

interface Traded {
  readonly stage: Stage;
  readonly proofs: Record<string, unknown>[];
  readonly warnings: readonly string[];
  readonly outcome: unknown;
}

/** One trade, where the broker first answers these. */
async function trade(answers: (HttpAnswer | undefined)[]): Promise<Traded> {
  const proofs: Record<string, unknown>[] = [];
  const instead = ({ headers }: HttpRequest): HttpAnswer | undefined => {
    proofs.push(decodeJwt(headers['dpop'] ?? ''));
    return answers.shift();
  };
  const stage = await makeStage({ instead });
  using world = clientWorld({ server: stage.server });
  const opening = broker
    .configure({ roles: [{ role: 'deploy' }], brokerUrl, params: {}, facts: {} })
    .open(true);
  const token = await (await makeIssuer()).mint({ audience: opening.audience, at: world.clock.now() });
  const warnings: string[] = [];
  const call = {
    host: world.host,
    deadline: startDeadline(world.clock, 20),
    onWarning: (text: string) => warnings.push(text),
  };
  const idToken = decodeIdToken(token, opening.audience, world.clock.now());
  const outcome = await opening.trade(idToken, call).catch((error: unknown) => error);
  return { stage, proofs, warnings, outcome };
}

const lent = { leases: [{ role: 'deploy' }] };
const refused = (error: string, reason?: string, headers: Record<string, string> = {}): HttpAnswer =>
  jsonAnswer({ error, reason }, 400, headers);

test('a proof covers the method, the endpoint and the body that is sent', async () => {
  const { proofs, stage, outcome } = await trade([]);
  expect(outcome).toMatchObject(lent);
  expect(proofs).toEqual([
    {
      jti: expect.any(String),
      htm: 'POST',
      htu: `${brokerUrl}/token`,
      iat: 1_795_190_400,
      bh: expect.stringMatching(/^[\w-]{43}$/),
    },
  ]);
  expect(stage.asked).toHaveLength(1);
});

describe('a broker that wants a nonce', () => {
  test('gets one more proof, with it', async () => {
    const { proofs, outcome } = await trade([
      refused('use_dpop_nonce', undefined, { 'dpop-nonce': 'n-0S6_WzA2Mj' }),
    ]);
    expect(outcome).toMatchObject(lent);
    expect(proofs.map(({ nonce }) => nonce)).toEqual([undefined, 'n-0S6_WzA2Mj']);
    expect(proofs[0]?.['jti']).not.toBe(proofs[1]?.['jti']);
  });

  test('and wants another is not followed for ever', async () => {
    const again = refused('use_dpop_nonce', undefined, { 'dpop-nonce': 'again' });
    const { proofs, outcome } = await trade([again, again, again]);
    expect(outcome).toMatchObject({ code: 'request-refused' });
    expect(proofs).toHaveLength(2);
  });

  test.each(['', 'a b', 'ä', 'x'.repeat(513)])(
    'but sends none that can be one (%j) is told no more',
    async (nonce) => {
      const { proofs } = await trade([refused('use_dpop_nonce', undefined, { 'dpop-nonce': nonce })]);
      expect(proofs).toHaveLength(1);
    },
  );
});

describe('C16 a broker whose clock differs', () => {
  test.each([
    ['Fri, 20 Nov 2026 16:05:00 GMT', '300 s behind'],
    ['Fri, 20 Nov 2026 15:55:00 GMT', '300 s ahead of'],
  ])('(%s) gets one more proof, with its time, and someone is warned', async (date, words) => {
    const { proofs, warnings, outcome } = await trade([
      refused('invalid_dpop_proof', 'proof-time', { date }),
    ]);
    expect(outcome).toMatchObject(lent);
    expect(proofs[1]?.['iat']).toBe(Date.parse(date) / 1000);
    expect(warnings).toEqual([`This runner’s clock is ${words} broker.example.com; using its time.`]);
  });

  test('and does not say what time it has, is not asked again', async () => {
    for (const date of ['', 'now']) {
      const { proofs, outcome } = await trade([refused('invalid_dpop_proof', 'proof-time', { date })]);
      expect(outcome).toMatchObject({ code: 'clock-skew' });
      expect(proofs).toHaveLength(1);
    }
  });
});

test('a broker that wants a nonce and has another time gets both, and no more than that', async () => {
  const nonce = refused('use_dpop_nonce', undefined, { 'dpop-nonce': 'n-1' });
  const headers = { date: 'Fri, 20 Nov 2026 16:05:00 GMT', 'dpop-nonce': 'n-2' };
  const time = refused('invalid_dpop_proof', 'proof-time', headers);
  const { proofs, outcome } = await trade([nonce, time]);
  expect(outcome).toMatchObject(lent);
  expect(proofs.map((proof) => proof['nonce'])).toEqual([undefined, 'n-1', 'n-2']);
  expect(proofs.map((proof) => proof['iat'])).toEqual([1_795_190_400, 1_795_190_400, 1_795_190_700]);
  const endless = await trade([nonce, time, nonce, time, nonce]);
  expect(endless.proofs).toHaveLength(3);
});

test('an answer without a body is a failure like any other', async () => {
  const { outcome } = await trade([{ status: 400, headers: {}, body: Buffer.from('') }]);
  expect(outcome).toMatchObject({ code: 'answer-invalid' });
});
