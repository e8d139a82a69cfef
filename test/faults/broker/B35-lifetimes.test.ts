import { afterEach, describe, expect, test } from '@jest/globals';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import { borrowMore, detail, tokenOf } from '../../support/broker/session-calls.ts';
import { githubPolicy, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function job(): Promise<Borrower> {
  broker = await startTestBroker();
  return new Borrower(broker);
}

type Ask = (ttl: unknown) => Promise<Answer>;

const ways: Record<string, () => Promise<Ask>> = {
  '/token': async () => {
    const borrower = await job();
    return (ttl) => borrower.borrow({ roles: [detail('deploy-prod', { ttl })] });
  },
  '/credentials': async () => {
    const borrower = await job();
    const token = tokenOf(await borrower.borrow());
    return (ttl) => borrowMore(borrower, token, { authorization_detail: detail('deploy-prod', { ttl }) });
  },
};

describe.each(Object.entries(ways))('B35 at %s', (_, make) => {
  test.each([0, -1, 1.5, '900', null, true, [900], 1e300, Number.MAX_SAFE_INTEGER])(
    'B35 a ttl of %p is refused by its form',
    async (ttl) => {
      expect(await (await make())(ttl)).toMatchObject({
        status: 400,
        body: { error: 'invalid_authorization_details' },
      });
    },
  );

  test('B35 above the maximum it is denied, not cut', async () => {
    expect(await (await make())(901)).toMatchObject({ status: 403, body: { reason: 'denied' } });
  });

  test('B35 below the engine’s minimum it is refused with the minimum, not raised', async () => {
    expect(await (await make())(4)).toMatchObject({
      status: 400,
      body: { reason: 'ttl-below-minimum', minimum: 5 },
    });
  });

  test('B35 within its bounds it is what is given', async () => {
    const { body } = await (await make())(77);
    const [first] = (body['authorization_details'] as Record<string, unknown>[] | undefined) ?? [body];
    expect(first).toMatchObject({ expires_in: 77 });
  });
});

test('B35 1e309, which is a number in JSON and none anywhere else, is refused', async () => {
  const form = {
    authorization_details: '[{"type":"ephemeral_credential","role":"deploy-prod","ttl":1e309}]',
  };
  expect(await (await job()).borrow({ form })).toMatchObject({
    status: 400,
    body: { error: 'invalid_authorization_details' },
  });
});

test('B35 a credential that outlives its lease is revoked at the lease’s end', async () => {
  const engine = breakingEngine('breaking', 3600);
  broker = await startTestBroker({
    engines: [engine],
    yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: breaking }'),
    policies: { 'github.yaml': githubPolicy },
  });
  const answer = await new Borrower(broker).borrow();
  expect(leasesOf(answer)).toMatchObject([
    { expires_at: '2026-11-20T12:15:00.000Z', credential_expires_at: '2026-11-20T13:00:00.000Z' },
  ]);
  expect(engine.objects.size).toBe(1);
  broker.world.clock.advance(900);
  await broker.tick();
  expect(engine.objects.size).toBe(0);
});
