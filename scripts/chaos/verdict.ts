/** What must hold after everything: requirement B40. */
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyAudit } from '../../src/broker/commands/verify-audit.ts';
import { brokerHost } from '../../src/entry/broker-host.ts';
import type { Ledger } from './jobs.ts';
import type { Stage } from './stage.ts';
import { graceMs, type Watcher } from './watcher.ts';

/** Each breach in a sentence; none: it held. */
export type Breaches = readonly string[];

export interface Facts {
  /** Leases in the store, by state. */
  readonly states: Readonly<Record<string, number>>;
  readonly mostAttempts: number;
  readonly objects: number;
  /** How long after its end a login role was there at the latest, in seconds; nobody could log in with it. */
  readonly longestSeconds: number;
  readonly auditLines: number;
  readonly logins: number;
}

interface Row {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
}

const open = ['intent', 'active', 'revoking'];
const mostNamed = 5;

/** Waits until nothing is lent any more, for as long as *immediate* allows. Call it when the faults are over. */
export async function untilQuiet(stage: Stage, watcher: Watcher, lastEnd: number): Promise<void> {
  const until = Math.max(lastEnd, Date.now()) + graceMs;
  while (Date.now() < until) {
    const [roles, rows] = await Promise.all([watcher.now(), leasesOf(stage)]);
    if (roles.length === 0 && rows.every(({ state }) => !open.includes(state))) return;
    await sleep(500);
  }
}

interface Witnesses {
  readonly ledger: Ledger;
  readonly watcher: Watcher;
  readonly logins: number;
}

/** @param stage its brokers have ended */
export async function judge(
  stage: Stage,
  { ledger, watcher, logins }: Witnesses,
): Promise<{ readonly breaches: Breaches; readonly facts: Facts }> {
  const rows = await leasesOf(stage);
  const recorded = new Set(rows.map(({ id }) => id));
  const objects = watcher.seen();
  const living = await watcher.now();
  const audits = await checkAudits(stage);
  const unrecorded = [...objects].filter((name) => !recorded.has(name.slice('ec_'.length)));
  const unknown = ledger.loans.filter(({ leaseId }) => !recorded.has(leaseId));
  const unaudited = ledger.loans.filter(({ leaseId }) => !audits.active.has(leaseId));
  const unfinished = rows.filter(({ state }) => open.includes(state));
  const breaches = [
    ...named('logins in the backend that no lease records', unrecorded),
    ...named('logins that are still there', living),
    ...named(
      'logins that lived too long',
      [...watcher.overdue].map(([name, why]) => `${name} (${why})`),
    ),
    ...named(
      'leases that a job has and the store has not',
      unknown.map(({ leaseId }) => leaseId),
    ),
    ...named(
      'leases that a job has and no audit log has',
      unaudited.map(({ leaseId }) => leaseId),
    ),
    ...named(
      'leases that are not over',
      unfinished.map(({ id, state }) => `${id} ${state}`),
    ),
    ...ledger.doubleSpent,
    ...audits.problems,
  ];
  const states: Record<string, number> = {};
  for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
  const mostAttempts = Math.max(0, ...rows.map(({ attempts }) => attempts));
  return {
    breaches,
    facts: {
      states,
      mostAttempts,
      objects: objects.size,
      longestSeconds: watcher.longestSeconds(),
      auditLines: audits.lines,
      logins,
    },
  };
}

function named(what: string, found: readonly string[]): string[] {
  if (found.length === 0) return [];
  const more = found.length > mostNamed ? ', …' : '';
  return [`${String(found.length)} ${what}: ${found.slice(0, mostNamed).join(', ')}${more}`];
}

async function leasesOf({ store, storeName }: Stage): Promise<Row[]> {
  const rows = await store.query('SELECT id, state, attempts FROM leases', storeName);
  return rows.map(({ id, state, attempts }) => ({
    id: String(id),
    state: String(state),
    attempts: Number(attempts),
  }));
}

interface Audited {
  readonly problems: string[];
  readonly lines: number;
  /** Leases that became active. */
  readonly active: Set<string>;
}

async function checkAudits({ audits }: Stage): Promise<Audited> {
  const { files } = brokerHost(new AbortController().signal);
  const problems: string[] = [];
  const active = new Set<string>();
  let lines = 0;
  for (const path of audits) {
    const report = await verifyAudit({ files: [path], allowGaps: false }, files);
    if (!report.intact)
      problems.push(`the audit log ${path} does not verify: ${JSON.stringify(report).slice(0, 500)}`);
    let rest = '';
    for await (const chunk of files.chunks(path)) {
      const texts = (rest + Buffer.from(chunk).toString()).split('\n');
      rest = texts.pop() ?? '';
      lines += texts.length;
      for (const text of texts) {
        const [, id] = /"lease active".*"lease_id":"(lse_[0-9a-f]+)"/.exec(text) ?? [];
        if (id !== undefined) active.add(id);
      }
    }
  }
  return { problems, lines, active };
}
