import type { Broker } from '../commands/broker.ts';
import { addGauge, type Meters } from '../telemetry/meters.ts';
import type { Door } from './passage.ts';

/** So long one count of the store serves everybody who reads. */
const countedMs = 5000;

/** What is found out when the metrics are read, and not before. */
export function addGauges(meters: Meters, broker: Broker, door: Pick<Door, 'load'>): void {
  addStoreGauges(meters, broker);
  if (broker.webhooks.length > 0) addEventGauges(meters, broker);
  addIssuerGauges(meters, broker);
  addSecretGauges(meters, broker);
  addGauge(
    meters,
    { name: 'verifications', help: 'Requests that are verified or wait for it', labels: ['queue', 'state'] },
    (set) => {
      for (const [queue, { running, waiting }] of Object.entries(door.load())) {
        set(running, { queue, state: 'running' });
        set(waiting, { queue, state: 'waiting' });
      }
    },
  );
  addGauge(
    meters,
    {
      name: 'audit_sound',
      help: '0: the audit log did not take the last lines; nothing is lent',
      labels: [],
    },
    (set) => {
      set(broker.auditSound() ? 1 : 0);
    },
  );
  addGauge(
    meters,
    {
      name: 'rules',
      help: 'Policies and guardrails in force; the version says which',
      labels: ['set', 'version'],
    },
    (set) => {
      const { policies, guardrails } = broker;
      set(policies.current.size, { set: 'policies', version: policies.current.version });
      if (guardrails !== undefined)
        set(guardrails.current.size, { set: 'guardrails', version: guardrails.current.version });
    },
  );
}

function addStoreGauges(meters: Meters, { store, host: { clock } }: Broker): void {
  const count = atMostEvery(
    countedMs,
    () => store.census(clock.now()),
    () => clock.monotonicMs(),
  );
  addGauge(
    meters,
    { name: 'leases', help: 'Leases that are not over, by state', labels: ['state'] },
    async (set) => {
      for (const [state, leases] of Object.entries((await count()).live)) set(leases, { state });
    },
  );
  addGauge(
    meters,
    { name: 'revocations_due', help: 'Revocations whose next attempt is due', labels: [] },
    async (set) => {
      set((await count()).due);
    },
  );
  addGauge(
    meters,
    { name: 'revocations_oldest_due_seconds', help: 'For how long the first of them is due', labels: [] },
    async (set) => {
      const { dueSince } = await count();
      set(dueSince === undefined ? 0 : Math.max(0, clock.now().getTime() - dueSince.getTime()) / 1000);
    },
  );
}

function addEventGauges(meters: Meters, { store, host: { clock } }: Broker): void {
  const load = atMostEvery(
    countedMs,
    () => store.jobEvents.load(),
    () => clock.monotonicMs(),
  );
  addGauge(
    meters,
    { name: 'job_events', help: 'Told ends of jobs that are not closed yet', labels: [] },
    async (set) => {
      set((await load()).waiting);
    },
  );
  addGauge(
    meters,
    { name: 'job_events_oldest_seconds', help: 'For how long the first of them waits', labels: [] },
    async (set) => {
      const { since } = await load();
      set(since === undefined ? 0 : Math.max(0, clock.now().getTime() - since.getTime()) / 1000);
    },
  );
}

function addSecretGauges(meters: Meters, { store, secrets, leaseTime }: Broker): void {
  if (secrets.size === 0) return;
  addGauge(
    meters,
    {
      name: 'secrets_age_seconds',
      help: 'Since a secret that is kept was last changed',
      labels: ['secret'],
    },
    async (set) => {
      const now = leaseTime.now().getTime();
      for (const { name, changedAt } of await store.secrets.list())
        set(Math.max(0, now - changedAt.getTime()) / 1000, { secret: name });
    },
  );
  addGauge(
    meters,
    { name: 'secrets_due', help: 'Kept secrets that were read as often as they may be', labels: [] },
    async (set) => {
      const records = await store.secrets.list();
      set(
        records.filter(({ name, readsSince }) => readsSince >= (secrets.get(name)?.rotateAfter ?? Infinity))
          .length,
      );
    },
  );
}

function addIssuerGauges(meters: Meters, { issuers }: Broker): void {
  addGauge(
    meters,
    { name: 'issuer_keys_age_seconds', help: 'Since the keys of an issuer were fetched', labels: ['issuer'] },
    (set) => {
      for (const [issuer, { keys }] of issuers)
        if (keys.ageSeconds !== undefined) set(keys.ageSeconds, { issuer });
    },
  );
  addGauge(
    meters,
    {
      name: 'issuer_keys_usable',
      help: '1: its keys are there and young enough; 0 before the first request, too',
      labels: ['issuer'],
    },
    (set) => {
      for (const [issuer, { keys }] of issuers) set(keys.usable ? 1 : 0, { issuer });
    },
  );
}

/** One answer for all who ask within so many milliseconds. */
function atMostEvery<T>(ms: number, ask: () => Promise<T>, nowMs: () => number): () => Promise<T> {
  let askedMs = -Infinity;
  let answer: Promise<T> | undefined;
  return () => {
    if (answer === undefined || nowMs() - askedMs >= ms) {
      askedMs = nowMs();
      answer = ask();
      answer.catch(() => undefined);
    }
    return answer;
  };
}
