/** Two calls of the store, one of which is held after a statement of its own until the other is done or waits for it. */
import { afterAll, expect } from '@jest/globals';
import type { Database } from '../../src/broker/store/database.ts';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import type { LeaseSelector } from '../../src/broker/domain/lease-selector.ts';
import type { Store } from '../../src/broker/store/store.ts';
import { openPostgres } from '../../src/broker/store/postgres.ts';
import { readPostgresUrl } from '../../src/broker/domain/postgres-url.ts';
import { Secret } from '../../src/domain/secret.ts';
import { at, lend, mintsOf, newDeferral, newOpening } from '../support/broker/openings.ts';
import { testWith } from '../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../support/postgres.ts';

let started: Promise<PostgresCluster> | undefined;
const cluster = (): Promise<PostgresCluster> => (started ??= startPostgres());

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

/** Two brokers' stores: `held` stands still once after a statement that contains this. */
interface Steps extends AsyncDisposable {
  readonly held: Store;
  readonly other: Store;
  holdAfter(part: string): void;
  /** Lets `first` go on when it stands still and `second` is done, or waits. */
  meet<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]>;
}

async function steps(): Promise<Steps> {
  const server = await cluster();
  const { url } = await server.freshDatabase();
  const open = (): Promise<Database> =>
    openPostgres({
      address: readPostgresUrl(new Secret(url), 'url'),
      ca: undefined,
      connections: 4,
      connectMs: 5000,
      statementMs: 10_000,
    });
  let after: string | undefined;
  let reached = Promise.withResolvers<undefined>();
  let go = Promise.withResolvers<undefined>();
  const stand = async (text: string): Promise<void> => {
    if (after === undefined || !text.includes(after)) return;
    after = undefined;
    reached.resolve(undefined);
    await go.promise;
  };
  const database = await open();
  const standing: Database = {
    ...database,
    transaction: (work, purpose) =>
      database.transaction(
        (sql) =>
          work({
            ...sql,
            run: async (text, ...values) => {
              const rows = await sql.run(text, ...values);
              await stand(text);
              return rows;
            },
          }),
        purpose,
      ),
  };
  const held = await openSqlStore(standing);
  const other = await openSqlStore(await open());
  const waits = async (): Promise<boolean> =>
    (await server.query('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0;
  return {
    held,
    other,
    holdAfter: (part) => {
      after = part;
      reached = Promise.withResolvers();
      go = Promise.withResolvers();
    },
    meet: async (first, second) => {
      const one = first();
      await reached.promise;
      const two = second();
      const done = two.then(() => true);
      while (!(await Promise.race([done, waits()]))) await new Promise((resolve) => setImmediate(resolve));
      go.resolve(undefined);
      return Promise.all([one, two]);
    },
    [Symbol.asyncDispose]: async () => {
      await held.close();
      await other.close();
    },
  };
}

const pg = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body, 60_000);
};

/** As the operator's command does: until nothing more is found. */
async function endAll(store: Store, selector: LeaseSelector): Promise<void> {
  for (;;) {
    const { leases, sessions, requests } = await store.endSelected(selector, { limit: 10, now: at(5) });
    if (leases.length + sessions + requests === 0) return;
  }
}

pg(
  'B28 B34: a request that is repeated while an operator ends its session has nothing afterwards',
  async () => {
    await using two = await steps();
    const opened = await lend(two.other, { origin: { repository: 'octo-org/ended' } });
    const again = newOpening();
    const repeated = {
      ...opened,
      proof: again.proof,
      token: again.token,
      leases: again.leases,
      session: { ...opened.session, accessTokenHash: again.session.accessTokenHash },
    };
    two.holdAfter('SELECT id, jkt, details_hash, ended');
    await two.meet(
      () => two.held.openSession(repeated),
      () => endAll(two.other, { repository: 'octo-org/ended' }),
    );
    expect(['revoking', undefined]).toContain((await two.other.lease(again.leases[0]?.id ?? ''))?.state);
  },
);

pg('B28 B34: what is fetched with an approval while an operator ends it does not outlive that', async () => {
  await using two = await steps();
  const waiting = newDeferral({ origin: { repository: 'octo-org/fetched' } });
  await two.other.defer(waiting);
  const { id } = waiting.waiting;
  await two.other.decideDeferred({ id, state: 'approved', by: 'someone', now: at(1) });
  const opening = newOpening({ origin: { repository: 'octo-org/fetched' } });
  const { issuer, job, thumbprint, handleHash, detailsHash } = waiting;
  const fetched = { ...opening, issuer, job, thumbprint, handleHash, detailsHash, deferredId: id };
  // The first statement of the operator's transaction, whichever it is.
  two.holdAfter('');
  await two.meet(
    () => endAll(two.held, { repository: 'octo-org/fetched' }),
    () => two.other.openSession(fetched),
  );
  expect(['revoking', undefined]).toContain((await two.other.lease(opening.leases[0]?.id ?? ''))?.state);
});

pg('B28 B41: a job that is closed again while its old end is forgotten stays closed', async () => {
  await using two = await steps();
  const request = newOpening({ atSeconds: 30 });
  const { issuer, job } = request;
  await two.other.closeJob({ issuer, job: job.key, until: at(10), now: at(0) });
  two.holdAfter('INSERT INTO jobs');
  await two.meet(
    () => two.held.closeJob({ issuer, job: job.key, until: at(300), now: at(20) }),
    () => two.other.purge(at(20)),
  );
  expect((await two.other.openSession(request)).kind).toBe('job-closed');
});

pg('B28 B34: what read that nothing is frozen has ended when the freeze is answered', async () => {
  await using two = await steps();
  const opening = newOpening();
  await two.other.openSession(opening);
  two.holdAfter('SELECT frozen');
  const [lease] = opening.leases;
  // Which of two answers is read first, is the machine's affair; what stands in the store is not.
  const [outcome, found] = await two.meet(
    () => two.held.activate(mintsOf(opening.leases), at(1)),
    async () => {
      await two.other.setFreeze({ frozen: true, reason: 'a drill', by: 'alice', now: at(1) });
      return two.other.lease(lease?.id ?? '');
    },
  );
  expect([outcome, found?.state]).toEqual(['active', 'active']);
});
