/** The chaos run, from its beginning to its verdict. */
import { startFaults, type Faults } from './faults.ts';
import { emptyLedger, runJob, type Ledger } from './jobs.ts';
import { seeded } from './random.ts';
import { startSessions } from './sessions.ts';
import { buildStage } from './stage.ts';
import { judge, untilQuiet, type Breaches, type Facts } from './verdict.ts';
import { startWatcher } from './watcher.ts';

export interface ChaosOptions {
  /** How many leases jobs must have been given before it ends. */
  readonly issues: number;
  readonly seed: number;
  /** Jobs at a time. */
  readonly jobs: number;
  readonly tell: (line: string) => void;
}

export interface Outcome {
  readonly breaches: Breaches;
  readonly facts: Facts;
  readonly ledger: Ledger;
  readonly faults: Faults['counts'];
  readonly seconds: number;
}

const tellEveryMs = 10_000;

export async function runChaos({ issues, seed, jobs, tell }: ChaosOptions): Promise<Outcome> {
  const begun = performance.now();
  const random = seeded(seed);
  await using stage = await buildStage();
  await stage.fleet.ready();
  const ledger = emptyLedger();
  const watcher = startWatcher(stage, ledger.revoked);
  const sessions = startSessions(stage, seeded(seed + 1));
  const faults = startFaults(stage, seeded(seed + 2), () => ledger.loans.length);
  const telling = setInterval(() => {
    tell(`${String(ledger.loans.length)} of ${String(issues)} issued, ${String(ledger.attempts)} requests`);
  }, tellEveryMs);
  const work = async (): Promise<void> => {
    while (ledger.loans.length < issues) await runJob({ stage, ledger, random, use: sessions.begin });
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
    await faults.stop();
    tell('the faults are over');
    await stage.fleet.ready();
    await untilQuiet(stage, watcher, Math.max(...ledger.loans.map(({ endsAt }) => endsAt)));
  } finally {
    clearInterval(telling);
    await sessions.stop();
    await watcher.stop();
  }
  await stage.fleet.stop();
  const { breaches, facts } = await judge(stage, { ledger, watcher, logins: sessions.logins() });
  for (const text of breaches.length === 0 ? [] : stage.fleet.said()) tell(text);
  const seconds = (performance.now() - begun) / 1000;
  return { breaches, facts, ledger, faults: faults.counts, seconds };
}

/** The outcome as a person reads it. */
export function outcomeText({ breaches, facts, ledger, faults, seconds }: Outcome): string {
  const list = (counts: Iterable<readonly [string, number]>): string =>
    [...counts].map(([what, count]) => `  ${String(count).padStart(6)}  ${what}`).join('\n');
  return [
    `${String(ledger.loans.length)} leases were lent in ${seconds.toFixed(0)} s; ${String(facts.objects)} logins were made, ${String(facts.auditLines)} audit lines written.`,
    `The last login role was gone ${String(facts.longestSeconds)} s after its lease’s end; ${String(facts.logins)} logins of jobs that held on.`,
    'What went wrong on purpose:',
    list(Object.entries(faults)),
    'What jobs were told besides:',
    list([...ledger.refusals, ['no answer', ledger.unanswered]]),
    `Leases in the store at the end (at most ${String(facts.mostAttempts)} failed attempts to revoke one):`,
    list(Object.entries(facts.states)),
    breaches.length === 0
      ? 'It held.'
      : ['It did not hold:', ...breaches.map((breach) => `  - ${breach}`)].join('\n'),
    '',
  ].join('\n');
}
