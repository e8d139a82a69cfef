import { keepLeases } from '../commands/lease-keeping.ts';
import { pollJobs } from '../commands/poll-jobs.ts';
import { makeInstruments, type Instruments } from '../commands/instruments.ts';
import type { Between } from '../commands/open-store.ts';
import type { Reload } from '../commands/reload-policies.ts';
import type { Settings } from '../commands/settings.ts';
import { startBroker } from '../commands/start-broker.ts';
import type { WriteAudit } from '../domain/audit-event.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { withTimeLimit } from '../domain/time-limit.ts';
import { runWorker } from '../leases/worker.ts';
import type { Broker } from '../commands/broker.ts';
import { createHandler } from './app.ts';
import { behindDoor, type Answering, type Handler } from './front-door.ts';

/** How long a round of lease keeping may take to end; what it had claimed is taken up by the next process. */
const lastTickMs = 1000;
/** How often the policies' folder is looked at. What changed is taken when it has not changed since the last look. */
const watchMs = 2000;
/** How often it is looked for jobs about which a platform is to be asked. */
const pollMs = 1000;

/** A broker that answers requests and keeps its leases. */
export interface RunningBroker {
  readonly handle: Handler;
  /** The handler of a further listener, with limits of its own, no proxies before it. */
  readonly behindOwnDoor: (answering: (broker: Broker) => Answering) => Handler;
  /** One round of lease keeping, for tests that move the clock themselves. */
  readonly tick: () => Promise<void>;
  /** One look at the policies' folder, for them, too. */
  readonly watch: () => Promise<void>;
  /** One round of asking platforms about jobs that have leases. */
  readonly poll: () => Promise<void>;
  /** Takes the rules as they are now. */
  readonly reload: () => Promise<readonly Reload[]>;
  readonly instruments: Instruments;
  /** Writes to the audit log, for what listens. */
  readonly audit: WriteAudit;
  /** What the operator should know of the policies that are in force, one line each. */
  readonly warnings: () => readonly string[];
  /** Resolves when everything is closed. Call it after the last request was answered. */
  stop(): Promise<void>;
}

/**
 * The whole broker without a port.
 * @param host its `signal` ends the worker
 * @throws CredsError `input-invalid` when something in the settings cannot work
 */
export async function runBroker(
  settings: Settings,
  host: BrokerHost,
  between?: Between,
): Promise<RunningBroker> {
  const instruments = await makeInstruments(settings, host);
  const started = await startBroker(settings, host, instruments, between);
  const { broker } = started;
  const stopped = new AbortController();
  const keeping = keepLeases(broker, started.keepTime);
  const poll = (): Promise<void> => pollJobs(broker);
  const until = {
    signal: AbortSignal.any([host.signal, stopped.signal]),
    onTrouble: (error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown';
      instruments.log.error('a round of lease keeping failed', { error });
      void broker.auditSampled({ name: 'broker', outcome: 'failure', message, alarm: true });
    },
  };
  const worker = Promise.all([
    ...keeping.duties.map(({ everyMs, perform }) => runWorker(host.clock, perform, { ...until, everyMs })),
    runWorker(host.clock, started.policies.watch, { ...until, everyMs: watchMs }),
    runWorker(host.clock, poll, { ...until, everyMs: pollMs }),
  ]);
  return {
    handle: createHandler(broker, settings),
    behindOwnDoor: (answering) =>
      behindDoor(broker, { ...settings, trustedProxies: [], called: 'admin' }, answering(broker)),
    tick: keeping.round,
    watch: started.policies.watch,
    poll,
    reload: started.policies.reload,
    instruments,
    audit: broker.audit,
    warnings: () => broker.policies.current.warnings,
    stop: async () => {
      stopped.abort();
      await withTimeLimit(host.clock, lastTickMs, () => Promise.all([worker, keeping.stop()])).catch(
        () => undefined,
      );
      await keeping.release();
      await started.close();
    },
  };
}
