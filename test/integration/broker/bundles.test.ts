// A role that lends from several engines: one lease, all of it or nothing. The backends are fakes with behaviour.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openBundle } from '../../../src/broker/engines/bundle.ts';
import { tellParts } from '../../../src/broker/engines/bundle-record.ts';
import { MintFailed } from '../../../src/broker/engines/engine.ts';
import { engineTools, mintOf } from '../../support/broker/engine-tools.ts';
import { failureOf } from '../../support/scan.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import { breakingEngine, sealedEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { brokerYaml, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let cloud: BreakingEngine;
let db: BreakingEngine;
let kept: BreakingEngine;
let broker: TestBroker;
/** Which engine was asked for what, in order. */
let asked: string[];

beforeEach(() => {
  asked = [];
  [cloud, db, kept] = [breakingEngine('cloud'), breakingEngine('db'), sealedEngine('kept')];
  for (const engine of [cloud, db, kept]) watch(engine);
});

afterEach(async () => {
  await broker.stop();
});

function watch(engine: BreakingEngine): void {
  const { open } = engine;
  engine.open = (tools) => {
    const opened = open(tools);
    return {
      ...opened,
      prepare: (parameters) => {
        const role = opened.prepare(parameters);
        return {
          ...role,
          issue: (mint) => {
            asked.push(`issue ${engine.name}`);
            return role.issue(mint);
          },
        };
      },
      revoke: (lease, signal) => {
        asked.push(`revoke ${engine.name}`);
        return opened.revoke(lease, signal);
      },
    };
  };
}

/** Nothing can be done about its credentials. */
function endsByItself(engine: BreakingEngine): void {
  const { promises } = engine;
  engine.promises = (parameters) => ({ ...promises(parameters), revocability: 'expiry-only' });
}

const sealing = 'sealing: { keys: [{ id: a, env: SEAL }] }\n';

async function start(role: string, more = sealing): Promise<void> {
  broker = await startTestBroker({
    engines: [cloud, db, kept],
    yaml: () => brokerYaml.replace(/ {2}deploy-prod: .*/, `  deploy-prod: ${role}`) + more,
    env: { SEAL: randomBytes(32).toString('base64') },
  });
}

const part = (engine: BreakingEngine): string => `{ name: the-${engine.name}, engine: ${engine.name} }`;
const bundleOf = (...engines: BreakingEngine[]): string => `{ parts: [${engines.map(part).join(', ')}] }`;
const objects = (): number => cloud.objects.size + db.objects.size + kept.objects.size;
const stateOf = (answer: Answer): unknown => (answer.body['leases'] as { state: string }[])[0]?.state;

/** The worker goes on until it is so; the expectation after it tells. */
async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 300 && !isSo(); round++) {
    await broker.tick();
    await new Promise(setImmediate);
  }
}

describe('one lease', () => {
  test('has a credential of each part, called after it, and an object in each backend under a name of its own', async () => {
    await start(bundleOf(cloud, db, kept));
    const answer = await new Borrower(broker).borrow();
    expect(answer.status).toBe(200);
    const [lease, ...others] = leasesOf(answer);
    expect(others).toEqual([]);
    const id = lease?.lease_id ?? '';
    expect(lease?.credentials.map(({ name, token }) => [name, token])).toEqual([
      ['the-cloud', `token-of-ec_${id}`],
      ['the-db', `token-of-ec_${id}_2`],
      ['the-kept', `token-of-ec_${id}_3`],
    ]);
    expect(lease?.revocability).toBe('immediate');
    expect([...cloud.objects, ...db.objects, ...kept.objects]).toEqual([
      `ec_${id}`,
      `ec_${id}_2`,
      `ec_${id}_3`,
    ]);
  });

  test('given back, it is revoked in all of them, also where that takes a secret', async () => {
    await start(bundleOf(cloud, db, kept));
    const job = new Borrower(broker);
    await job.borrow();
    expect(stateOf(await job.giveBack())).toBe('revoked');
    expect(objects()).toBe(0);
    expect(asked.slice(-3)).toEqual(['revoke kept', 'revoke db', 'revoke cloud']);
  });

  test('ends in all of them with its time', async () => {
    const lasting = breakingEngine('lasting', 3600);
    cloud = lasting;
    watch(lasting);
    await start(bundleOf(lasting, db));
    await new Borrower(broker).borrow();
    broker.world.clock.skip(901);
    await until(() => objects() === 0);
    expect(objects()).toBe(0);
  });
});

describe('all or nothing', () => {
  test.each(['before', 'after'] as const)(
    'B20: what was minted is revoked where a later part fails %s it has made something',
    async (when) => {
      await start(bundleOf(kept, cloud, db));
      db.issueFails = when;
      const answer = await new Borrower(broker).borrow();
      expect([answer.status, answer.body['reason']]).toEqual([503, 'backend']);
      expect(asked.slice(0, 3)).toEqual(['issue kept', 'issue cloud', 'issue db']);
      expect(objects()).toBe(0);
      expect(JSON.stringify(broker.world.auditLines())).not.toMatch(/token-of|revoke-ec/);
    },
  );

  test('B20: a part that nobody was asked for, since the time was up, is not said to be lost', async () => {
    const opened = new Map([cloud, kept].map((engine) => [engine.name, engine.open(engineTools())]));
    const giveUp = new AbortController();
    cloud.issueFails = 'hangs';
    const parts = [cloud, kept].map((engine) => ({ name: engine.name, engine, parameters: {} }));
    const issuing = openBundle(opened)
      .prepare(parts)
      .issue(mintOf({ signal: giveUp.signal }));
    await cloud.waiting;
    giveUp.abort();
    cloud.release();
    const error = await failureOf(() => issuing);
    const left = error instanceof MintFailed ? error.left : undefined;
    expect(tellParts({ revokeData: {}, ...left }).map(({ engine }) => engine)).toEqual(['cloud']);
    expect(asked).toEqual(['issue cloud']);
    await start(bundleOf(cloud, db));
  });

  test('the parts that can be taken back are minted first', async () => {
    endsByItself(cloud);
    await start(bundleOf(cloud, db));
    db.issueFails = 'before';
    expect((await new Borrower(broker).borrow()).status).toBe(503);
    expect(asked).not.toContain('issue cloud');
    expect(objects()).toBe(0);
  });

  test('a part that wants a claim that the job has not refuses all of it', async () => {
    const jwt = '{ name: api, engine: jwt, audience: a, claims: { team: "{{repo_property_team}}" } }';
    await start(`{ parts: [${part(db)}, ${jwt}] }`);
    const answer = await new Borrower(broker).borrow();
    expect([answer.status, answer.body['reason']]).toEqual([403, 'denied']);
    expect(objects()).toBe(0);
    const told = broker.world
      .auditLines()
      .find(({ message }) => message.includes('when it was to be minted'));
    expect(told?.unmapped).toMatchObject({
      cause: 'the role wants the claim repo_property_team, which the ID token does not have',
    });
  });
});

describe('revoking', () => {
  test('goes on for the part that failed, and spares no other', async () => {
    await start(bundleOf(cloud, db));
    const job = new Borrower(broker);
    await job.borrow();
    db.revokeFails = true;
    expect(stateOf(await job.giveBack())).toBe('revoking');
    expect([cloud.objects.size, db.objects.size]).toEqual([0, 1]);
    db.revokeFails = false;
    broker.world.clock.skip(120);
    await until(() => objects() === 0);
    expect(objects()).toBe(0);
  });

  test('reaches the other parts though one hangs', async () => {
    await start(bundleOf(cloud, db));
    const job = new Borrower(broker);
    await job.borrow();
    const { revoke } = db;
    const called = Promise.withResolvers<undefined>();
    db.revoke = () => {
      called.resolve(undefined);
      return new Promise(() => undefined);
    };
    const giving = job.giveBack();
    await called.promise;
    expect(cloud.objects.size).toBe(0);
    db.revoke = revoke;
    broker.world.clock.advance(20);
    await giving;
  });

  test('of what cannot be revoked the rest is revoked at once, and it is over only at its end', async () => {
    endsByItself(cloud);
    await start(bundleOf(cloud, db));
    const job = new Borrower(broker);
    expect(leasesOf(await job.borrow())[0]?.revocability).toBe('expiry-only');
    await job.giveBack();
    await until(() => db.objects.size === 0);
    expect([db.objects.size, cloud.objects.size]).toEqual([0, 1]);
    await until(() => false);
    expect(stateOf(await job.giveBack())).toBe('revoking');
    expect(asked.filter((what) => what === 'revoke db')).toHaveLength(1);
    broker.world.clock.skip(901);
    await until(() => asked.filter((what) => what === 'revoke db').length > 1);
    expect(stateOf(await job.giveBack())).toBe('revoked');
    expect(asked).not.toContain('revoke cloud');
    expect(broker.world.auditLines().filter(({ severity_id: severity }) => severity >= 4)).toEqual([]);
  });
});

describe('broker.yaml', () => {
  const refuses = async (role: string, what: RegExp, more?: string): Promise<void> => {
    await expect(start(role, more)).rejects.toThrow(what);
    await start('{ engine: cloud }');
  };

  test.each([
    ['one part', '{ parts: [{ name: a, engine: cloud }] }', /deploy-prod\.parts: name two parts at least/],
    [
      'a name twice',
      '{ parts: [{ name: a, engine: cloud }, { name: a, engine: db }] }',
      /parts\[1\]\.name: another part/,
    ],
    [
      'a strange name',
      '{ parts: [{ name: A b, engine: cloud }, { name: a, engine: db }] }',
      /parts\[0\]\.name: write a name/,
    ],
    [
      'an engine besides',
      '{ engine: cloud, parts: [{ name: a, engine: cloud }, { name: b, engine: db }] }',
      /deploy-prod\.engine: a role with `parts`/,
    ],
    [
      'an engine’s key beside the parts',
      '{ audience: x, parts: [{ name: a, engine: cloud }, { name: b, engine: db }] }',
      /deploy-prod\.audience: a role with `parts`/,
    ],
    [
      'an unknown engine',
      '{ parts: [{ name: a, engine: clod }, { name: b, engine: db }] }',
      /parts\[0\]\.engine: unknown engine/,
    ],
    [
      'bundles in bundles',
      '{ parts: [{ name: a, engine: bundle }, { name: b, engine: db }] }',
      /parts\[0\]\.engine: unknown engine/,
    ],
    ['neither', '{ ttl: { max: 5m } }', /deploy-prod\.engine: name an engine, or several `parts`/],
    [
      'an unknown key of a part',
      '{ parts: [{ name: a, engine: cloud, colour: red }, { name: b, engine: db }] }',
      /parts\[0\]\.colour: unknown key/,
    ],
    [
      'a value that is not there',
      '{ parts: [{ name: a, engine: cloud }, { name: b, engine: static, kind: bearer-token, value: "env:NONE" }] }',
      /parts\[1\]\.value: env:NONE is not set/,
    ],
  ])('with %s is refused at its line', (_, role, what) => refuses(role, what));

  test('with a part that keeps a secret, and no key to seal it under, is refused', () =>
    refuses(bundleOf(cloud, kept), /parts\[1\]\.engine: kept must keep a secret/, ''));

  test('a lease lasts as long as every part can', async () => {
    const { promises } = cloud;
    cloud.promises = (parameters) => ({ ...promises(parameters), minTtlSeconds: 300, maxTtlSeconds: 600 });
    await refuses(
      `{ ttl: { max: 20m }, parts: [${part(cloud)}, ${part(db)}] }`,
      /ttl\.max: one of its parts lends for at most 600 s/,
    );
    await broker.stop();
    await start(bundleOf(cloud, db));
    const answer = await new Borrower(broker).borrow();
    expect(leasesOf(answer)[0]?.expires_in).toBe(600);
    const short = { type: 'ephemeral_credential', role: 'deploy-prod', ttl: 120 };
    const refused = await new Borrower(broker).borrow({
      roles: [short],
      token: { claims: { check_run_id: '7' } },
    });
    expect(refused.body).toMatchObject({ reason: 'ttl-below-minimum' });
  });

  test('parts that no lifetime suits are refused', async () => {
    const { promises } = cloud;
    cloud.promises = (parameters) => ({ ...promises(parameters), minTtlSeconds: 7200, maxTtlSeconds: 7200 });
    const role = bundleOf(cloud, db);
    await expect(start(role)).rejects.toThrow(
      /parts: no lifetime suits all of them: they lend the-cloud for 7200 s to 7200 s/,
    );
    await start('{ engine: db }');
  });

  test('a part that cannot revoke has to be accepted above a quarter of an hour', async () => {
    endsByItself(db);
    await refuses(
      `{ ttl: { max: 30m }, parts: [${part(cloud)}, ${part(db)}] }`,
      /one of its parts cannot revoke, so more than 15m must be accepted/,
    );
  });
});
