import type { Broker } from '../commands/broker.ts';
import { CredsError } from '../../domain/errors.ts';
import { invalid } from '../../domain/yaml-document.ts';
import { readCertificate, type OwnCertificate } from '../commands/certificate.ts';
import { storeWeakness } from '../commands/open-store.ts';
import { reloading, together, type PolicyReloading } from '../commands/reload-policies.ts';
import type { Settings } from '../commands/settings.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { runWorker } from '../leases/worker.ts';
import type { Log } from '../telemetry/log.ts';
import { addGauge, type Meters } from '../telemetry/meters.ts';
import type { Answering } from './front-door.ts';
import { checkServes, listen, type Listening } from './listen.ts';
import { metricsHandler } from './metrics.ts';
import { runBroker, type RunningBroker } from './run-broker.ts';

/** All told, ending takes less than the ten seconds that orchestrators give. */
const graceMs = 8000;
/** How often the files of the certificate are looked at. */
const watchMs = 2000;

/** A broker at its addresses. */
export interface ServedBroker {
  readonly log: Log;
  /** Undefined: nothing is measured. */
  readonly meters: Meters | undefined;
  /** The main address, also when the settings left the port to the system (0). */
  readonly address: string;
  /** Takes policies, guardrails and certificate as they are now, and tells the log what became of it. Never rejects. */
  readonly reload: () => Promise<void>;
  /** Takes no new request, answers those that are open, and closes everything. */
  readonly stop: () => Promise<void>;
}

/**
 * Runs the broker and listens.
 * @param operators what the admin listener answers, where the settings have one
 * @throws CredsError `input-invalid` when something in the settings cannot work
 */
export async function serveBroker(
  settings: Settings,
  host: BrokerHost,
  operators: (broker: Broker) => Answering,
): Promise<ServedBroker> {
  const certificate = readCertificate(settings, host.clock.now());
  const broker = await runBroker(settings, host);
  const { log } = broker.instruments;
  const stopped = new AbortController();
  const weakness = storeWeakness(settings, host);
  const ofSettings = [...settings.notices, ...(weakness === undefined ? [] : [weakness])];
  for (const warning of [...ofSettings, ...(certificate?.warnings ?? []), ...broker.warnings()])
    log.warn(warning);
  const open: Listening[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(open.map((server) => server.close(graceMs)));
    stopped.abort();
    await broker.stop();
  };
  try {
    const server = await listenOrSay(settings, { at: settings, field: [] }, broker.handle);
    open.push(server);
    if (settings.admin !== undefined) {
      const handle = broker.behindOwnDoor(operators);
      const own = await listenOrSay(settings, { at: settings.admin, field: ['admin'] }, handle);
      open.push(own);
      log.info(`operators are listened to on ${addressOf(settings.admin, own)}`);
    }
    await openMetrics(settings, broker, open);
    const tls = certificate && ownTls(settings, host, { broker, server, certificate });
    const all = together(tls === undefined ? [broker] : [broker, tls]);
    if (tls !== undefined) keepWatching(tls, { log, clock: host.clock, signal: stopped.signal });
    return {
      log,
      address: addressOf(settings, server),
      meters: broker.instruments.meters,
      stop,
      reload: async () => {
        await all.reload().catch((error: unknown) => {
          log.error('nothing was taken: it could not be written down', { error });
        });
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly broker: RunningBroker;
  readonly server: Listening;
  readonly certificate: OwnCertificate;
}

/** The certificate is in force for every connection that begins after it was taken. */
function ownTls(
  settings: Settings,
  host: BrokerHost,
  { broker, server, certificate }: Parts,
): PolicyReloading {
  const { instruments, audit } = broker;
  const { clock, files } = host;
  let now = certificate;
  const inForce = {
    get current(): OwnCertificate {
      return now;
    },
    set current(next) {
      server.useCertificate(next);
      now = next;
    },
  };
  if (instruments.meters !== undefined)
    addGauge(
      instruments.meters,
      { name: 'certificate_ends_seconds', help: 'When the certificate expires, as Unix time', labels: [] },
      (set) => {
        set(now.expiresAt.getTime() / 1000);
      },
    );
  return reloading<OwnCertificate>(inForce, {
    called: 'certificate',
    places: settings.tlsFiles,
    load: () => {
      const next = readCertificate(settings, clock.now());
      if (next === undefined) throw new Error('a certificate does not become none');
      checked(settings, ['tls'], () => {
        checkServes(next);
      });
      return next;
    },
    files,
    audit,
    told: instruments.reloaded,
  });
}

interface Watching extends Pick<BrokerHost, 'clock' | 'signal'> {
  readonly log: Log;
}

function keepWatching(tls: PolicyReloading, { log, clock, signal }: Watching): void {
  void runWorker(clock, tls.watch, {
    everyMs: watchMs,
    signal,
    onTrouble: (error) => {
      log.error('the certificate could not be looked at', { error });
    },
  });
}

async function openMetrics(settings: Settings, broker: RunningBroker, open: Listening[]): Promise<void> {
  const { metrics } = settings;
  const { meters, log } = broker.instruments;
  if (metrics?.listen === undefined || meters === undefined) return;
  const at = { listen: metrics.listen, tls: undefined };
  const server = await listenOrSay(settings, { at, field: ['metrics'] }, metricsHandler(meters));
  open.push(server);
  log.info(`metrics are at http://${addressOf(at, server)}/metrics`);
}

interface Place {
  readonly at: Parameters<typeof listen>[0];
  /** Where it stands in broker.yaml. */
  readonly field: readonly string[];
}

async function listenOrSay(
  settings: Settings,
  { at, field }: Place,
  handle: Parameters<typeof listen>[1],
): Promise<Listening> {
  const { tls } = at;
  if (tls !== undefined)
    checked(settings, [...field, 'tls'], () => {
      checkServes(tls);
    });
  try {
    return await listen(at, handle);
  } catch (cause) {
    throw new CredsError('input-invalid', `The broker cannot listen on ${addressOf(at, at.listen)}.`, {
      cause,
      hint: `Check \`${[...field, 'listen'].join('.')}\` in broker.yaml: the port may be taken, or need more rights than the broker has.`,
    });
  }
}

/** @throws CredsError `input-invalid` at the field */
function checked({ document }: Pick<Settings, 'document'>, field: readonly string[], work: () => void): void {
  try {
    work();
  } catch {
    throw invalid([document.problem(field, 'certificate and key do not serve: PEM, and of one pair')]);
  }
}

function addressOf({ listen: { host } }: Place['at'], { port }: { readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
