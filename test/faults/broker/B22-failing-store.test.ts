// B22: whichever statement of the store fails, or whose answer is lost: what is not lent is not alive a minute later.
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fc } from '../../support/property.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import {
  failingDatabase,
  type FailingDatabase,
  type Outage,
  type StoreFault,
} from '../../support/broker/failing-database.ts';
import { borrowMore, detail, tokenOf } from '../../support/broker/session-calls.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { has, testWith, type Peer } from '../../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';

const kinds: Readonly<Record<string, readonly Peer[]>> = { SQLite: [], PostgreSQL: ['postgres'] };
const faults: readonly StoreFault[] = ['refused', 'lost'];
/** Replicas do not make it. */
const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const twoRoles = ['deploy-prod', 'app-ro'];

/** A job, and what it has. */
interface Job {
  readonly id: string;
  readonly borrower: Borrower;
  accessToken: string;
  leaseId: string;
}

type Ask = (job: Job) => Promise<Answer>;

const borrow: Ask = async (job) => {
  const claims = { check_run_id: job.id, run_id: job.id };
  const answer = await job.borrower.borrow({ roles: twoRoles, token: { claims } });
  if (answer.status !== 200) return answer;
  job.accessToken = tokenOf(answer);
  job.leaseId = leasesOf(answer)[0]?.lease_id ?? '';
  return answer;
};

const requests: Readonly<Record<string, Ask>> = {
  'borrows two roles': borrow,
  'borrows more': ({ borrower, accessToken }) => borrowMore(borrower, accessToken),
  renews: ({ borrower, accessToken, leaseId }) =>
    borrowMore(borrower, accessToken, {
      authorization_detail: detail('deploy-prod'),
      replaces: leaseId,
    }),
  'gives back': ({ borrower }) => borrower.giveBack(),
};

/** Ids of the leases that an answer brings. */
function lentBy({ status, body }: Answer): string[] {
  if (status === 201) return [String(body['lease_id'])];
  return 'access_token' in body ? leasesOf({ body } as Answer).map(({ lease_id: id }) => id) : [];
}

describe.each(Object.entries(kinds))('with a store in %s', (name, peers) => {
  const here = peers.every(has);
  let cluster: PostgresCluster | undefined;
  let engine: BreakingEngine;
  let database: FailingDatabase;
  let broker: TestBroker;
  let jobs: number;
  /** What came in an answer that said so. */
  let lent: Set<string>;

  const test = (called: string, body: () => Promise<void>): void => {
    testWith(peers, called, body, 120_000);
  };

  beforeAll(async () => {
    if (here && name === 'PostgreSQL') cluster = await startPostgres();
  });

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    // What outlives its lease is revoked at its end.
    engine = breakingEngine('first', 3600);
    database = failingDatabase();
    jobs = 0;
    lent = new Set();
    const fresh = await cluster?.freshDatabase();
    broker = await startTestBroker({
      engines: [engine],
      between: database.between,
      env: fresh === undefined ? {} : { DATABASE: fresh.url },
      beforeStart: ({ disk }) => {
        if (fresh !== undefined) disk.set('/etc/broker/signing.pem', signingKey);
      },
      yaml: (yaml) => {
        const lending = yaml
          .replace(/ {2}(deploy-prod|app-ro): .*/g, '  $1: { engine: first }')
          .replace(
            'policies:',
            'limits: { requests_per_second: 10000, repository_requests_per_minute: 100000 }\npolicies:',
          );
        return fresh === undefined
          ? lending
          : lending.replace(
              'store: { sqlite: ./broker.db }',
              'store: { postgres: "env:DATABASE" }\naudit_key: /etc/broker/audit.pem',
            );
      },
    });
    await broker.tick();
  });

  afterEach(() => broker.stop());

  const newJob = (): Job => ({
    id: String(++jobs),
    borrower: new Borrower(broker),
    accessToken: 'ecs_none',
    leaseId: 'lse_none',
  });

  /** Lease ids by state. */
  async function states(): Promise<Map<string, string>> {
    const rows = await database.rows('SELECT id, state FROM leases');
    return new Map(rows.map(({ id, state }) => [String(id), String(state)]));
  }

  async function ask(request: Ask, job: Job, outage: Outage): Promise<boolean> {
    database.begin(outage);
    const answer = await patiently(request(job));
    const reached = database.end();
    const known = await states();
    for (const id of lentBy(answer)) {
      lent.add(id);
      expect([id, known.get(id)]).toEqual([id, 'active']);
    }
    for (const id of living())
      expect(['intent', 'active', 'revoking', 'superseded']).toContain(known.get(id));
    return reached;
  }

  /** Whoever waits for the clock, and for nothing else, is helped on. */
  async function patiently<T>(work: Promise<T>): Promise<T> {
    const done = work.then(() => true);
    for (let steps = -1; !(await Promise.race([done, pause(30, false)]));) {
      if (steps === database.steps()) broker.world.clock.advance(6);
      steps = database.steps();
    }
    return work;
  }

  const living = (): string[] => [...engine.objects].map((object) => object.slice('ec_'.length));

  /** A minute later, nothing failing any more. */
  async function expectNothingUnlent(): Promise<void> {
    engine.issueFails = 'never';
    engine.revokeFails = false;
    for (const seconds of [31, 25]) {
      broker.world.clock.skip(seconds);
      await broker.tick();
    }
    const known = await states();
    const active = [...known].filter(([, state]) => state === 'active').map(([id]) => id);
    expect(living().toSorted()).toEqual(active.toSorted());
    for (const id of active) expect(lent).toContain(id);
  }

  const never: Outage = { fault: 'refused', from: 0, count: 0 };

  const everyFault = Object.entries(requests).flatMap(([called, request]) =>
    faults.map((fault) => ({ called, request, fault })),
  );
  for (const { called, request, fault } of everyFault)
    test(`B22: each statement in turn is ${fault} while a job ${called}`, async () => {
      const backends = called === 'gives back' ? (['never'] as const) : (['never', 'after'] as const);
      for (const issueFails of backends) {
        for (let from = 0, reached = true; reached; from++) {
          const job = newJob();
          engine.issueFails = 'never';
          if (called !== 'borrows two roles') await ask(borrow, job, never);
          engine.issueFails = issueFails;
          reached = await ask(request, job, { fault, from, count: 1 });
          expect(reached || from > 0).toBe(true);
        }
        await expectNothingUnlent();
      }
    });

  test('B22: whatever is asked while the store comes and goes, and the backend too', async () => {
    const step = fc.record({
      called: fc.constantFrom(...Object.keys(requests)),
      sameJob: fc.boolean(),
      issueFails: fc.constantFrom('never' as const, 'never' as const, 'before' as const, 'after' as const),
      revokeFails: fc.boolean(),
      outage: fc.record({
        fault: fc.constantFrom(...faults),
        from: fc.nat(45),
        count: fc.constantFrom(1, 2, 60),
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        let job = newJob();
        await ask(borrow, job, never);
        for (const { called, sameJob, outage, ...engineDoes } of steps) {
          Object.assign(engine, engineDoes);
          if (!sameJob) job = newJob();
          await ask(requests[called] ?? borrow, job, outage);
        }
        await expectNothingUnlent();
      }),
      { numRuns: name === 'SQLite' ? 60 : 20 },
    );
  });

  test('B22: a lease whose activation nobody was told of, and whose end the store did not take, dies', async () => {
    for (let from = 0, reached = true; reached; from++)
      reached = await ask(borrow, newJob(), { fault: 'lost', from, count: 1000 });
    await expectNothingUnlent();
  });
});
