import { invalid, type YamlDocument } from '../../domain/yaml-document.ts';
import {
  adminCertificate,
  jobsCertificate,
  readCertificate,
  type CertificateSource,
  type OwnCertificate,
} from '../commands/certificate.ts';
import { reloading, together, type PolicyReloading } from '../commands/reload-policies.ts';
import type { Settings } from '../commands/settings.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { runWorker } from '../leases/worker.ts';
import type { Log } from '../telemetry/log.ts';
import { addGauge } from '../telemetry/meters.ts';
import { checkServes, type CertifiedKey, type Listening } from './listen.ts';
import type { RunningBroker } from './run-broker.ts';

/** How often the files of a certificate are looked at. */
const watchMs = 2000;

/** A listener with TLS of its own, as it was started. */
export interface Certified {
  readonly called: 'certificate' | 'admin_certificate';
  readonly source: CertificateSource;
  readonly files: readonly string[];
  readonly certificate: OwnCertificate;
}

/** Of jobs and of operators: those that have TLS. @throws CredsError `input-invalid` at the field */
export function readCertificates(settings: Settings, now: Date): Certified[] {
  const { tlsFiles, admin } = settings;
  const all = [
    { called: 'certificate', source: jobsCertificate(settings), files: tlsFiles },
    { called: 'admin_certificate', source: adminCertificate(settings), files: admin?.tlsFiles ?? [] },
  ] as const;
  return all.flatMap((each) => {
    const certificate = readCertificate(settings, each.source, now);
    return certificate === undefined ? [] : [{ ...each, certificate }];
  });
}

/** Its listener. */
export type Servers = Readonly<Record<Certified['called'], Listening | undefined>>;

/** Each certificate is in force for every connection that begins after it was taken. */
export function reloadingCertificates(
  settings: Settings,
  host: BrokerHost,
  parts: {
    readonly broker: RunningBroker;
    readonly certificates: readonly Certified[];
    readonly servers: Servers;
  },
): PolicyReloading {
  const { broker, certificates, servers } = parts;
  const { meters, reloaded } = broker.instruments;
  const { clock, files } = host;
  const inForce = certificates.map((each) => ({ each, now: holder(each, servers[each.called]) }));
  if (meters !== undefined && inForce.length > 0)
    addGauge(
      meters,
      {
        name: 'certificate_ends_seconds',
        help: 'When the certificate expires, as Unix time',
        labels: ['set'],
      },
      (set) => {
        for (const { each, now } of inForce)
          set(now.current.expiresAt.getTime() / 1000, { set: each.called });
      },
    );
  return together(
    inForce.map(({ each, now }) =>
      reloading<OwnCertificate>(now, {
        called: each.called,
        places: each.files,
        load: () => load(settings, each.source, clock.now()),
        files,
        audit: broker.audit,
        told: reloaded,
      }),
    ),
  );
}

/** What is put there is served. */
function holder({ certificate }: Certified, server: Listening | undefined): { current: OwnCertificate } {
  let now = certificate;
  return {
    get current(): OwnCertificate {
      return now;
    },
    set current(next) {
      server?.useCertificate(next);
      now = next;
    },
  };
}

function load(settings: Settings, source: CertificateSource, now: Date): OwnCertificate {
  const next = readCertificate(settings, source, now);
  if (next === undefined) throw new Error('a certificate does not become none');
  checkedServes(settings, source.field, next);
  return next;
}

/** @throws CredsError `input-invalid` at the field when a server could not be had with them */
export function checkedServes(
  { document }: { readonly document: YamlDocument },
  field: readonly string[],
  pair: CertifiedKey,
): void {
  try {
    checkServes(pair);
  } catch {
    throw invalid([document.problem(field, 'certificate and key do not serve: PEM, and of one pair')]);
  }
}

interface Watching extends Pick<BrokerHost, 'clock' | 'signal'> {
  readonly log: Log;
}

/** Looks at the files until the signal. */
export function keepWatching(tls: PolicyReloading, { log, clock, signal }: Watching): void {
  void runWorker(clock, tls.watch, {
    everyMs: watchMs,
    signal,
    onTrouble: (error) => {
      log.error('a certificate could not be looked at', { error });
    },
  });
}
