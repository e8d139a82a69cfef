import type { Broker } from '../commands/broker.ts';
import { CredsError } from '../../domain/errors.ts';
import { storeWeakness } from '../commands/open-store.ts';
import { together } from '../commands/reload-policies.ts';
import type { Settings } from '../commands/settings.ts';
import type { BrokerHost } from '../domain/outside.ts';
import type { Log } from '../telemetry/log.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { Answering } from './front-door.ts';
import { listen, type Listening } from './listen.ts';
import { metricsHandler } from './metrics.ts';
import { checkedServes, keepWatching, readCertificates, reloadingCertificates } from './own-certificates.ts';
import { runBroker, type RunningBroker } from './run-broker.ts';

/** All told, ending takes less than the ten seconds that orchestrators give. */
const graceMs = 8000;

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
  const certificates = readCertificates(settings, host.clock.now());
  const broker = await runBroker(settings, host);
  const { log } = broker.instruments;
  const stopped = new AbortController();
  const weakness = storeWeakness(settings, host);
  const ofSettings = [...settings.notices, ...(weakness === undefined ? [] : [weakness])];
  for (const warning of [
    ...ofSettings,
    ...certificates.flatMap((each) => each.certificate.warnings),
    ...broker.warnings(),
  ])
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
    const admin = await openAdmin(settings, broker, operators);
    if (admin !== undefined) open.push(admin);
    await openMetrics(settings, broker, open);
    const servers = { certificate: server, admin_certificate: admin };
    const tls = reloadingCertificates(settings, host, { broker, certificates, servers });
    const all = together([broker, tls]);
    if (certificates.length > 0) keepWatching(tls, { log, clock: host.clock, signal: stopped.signal });
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

async function openAdmin(
  settings: Settings,
  broker: RunningBroker,
  operators: (broker: Broker) => Answering,
): Promise<Listening | undefined> {
  const { admin } = settings;
  if (admin === undefined) return undefined;
  const handle = broker.behindOwnDoor(operators);
  const server = await listenOrSay(settings, { at: admin, field: ['admin'] }, handle);
  broker.instruments.log.info(`operators are listened to on ${addressOf(admin, server)}`);
  return server;
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
  if (tls !== undefined) checkedServes(settings, [...field, 'tls'], tls);
  try {
    return await listen(at, handle);
  } catch (cause) {
    throw new CredsError('input-invalid', `The broker cannot listen on ${addressOf(at, at.listen)}.`, {
      cause,
      hint: `Check \`${[...field, 'listen'].join('.')}\` in broker.yaml: the port may be taken, or need more rights than the broker has.`,
    });
  }
}

function addressOf({ listen: { host } }: Place['at'], { port }: { readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
