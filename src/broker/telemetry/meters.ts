import { Counter, Gauge, Histogram, Registry, type CollectFunction } from 'prom-client';

/**
 * What the broker measures. Labels have few values, all of them the operator's or our own: roles, engines and issuers
 * of broker.yaml, endpoints, states, codes. Nothing of a job, a repository or a claim is ever one.
 */
export type Meters = ReturnType<typeof createMeters>;

const prefix = 'ephemeral_creds_';
/** Seconds; from a store's commit to a request's last moment. */
const spans = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
/** Seconds; a revocation is tried for as long as the credential lives. */
const lags = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 86_400];

/** Made anew for each broker: there is nothing global about it. */
export function createMeters() {
  const registry = new Registry();
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name: prefix + name, help, labelNames: [...labelNames], registers: [registry] });
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets = spans,
  ): Histogram<L> =>
    new Histogram({ name: prefix + name, help, labelNames: [...labelNames], buckets, registers: [registry] });
  return {
    registry,
    leases: counter('lease_states_total', 'Leases that came into a state; active: issued', [
      'state',
      'role',
      'engine',
    ]),
    decisions: counter('decisions_total', 'Roles granted or denied, and by what', ['decision', 'by']),
    refusals: counter('refusals_total', 'Requests that were not granted, by what they were told', [
      'error',
      'reason',
    ]),
    alarms: counter('alarms_total', 'Audit events at which an operator should look now', ['event']),
    requests: histogram('request_seconds', 'From the arrival of a request to its answer', [
      'endpoint',
      'status',
    ]),
    mints: histogram('mint_seconds', 'An engine makes a credential', ['engine', 'outcome']),
    revocations: histogram('revocation_seconds', 'One attempt of an engine to revoke', ['engine', 'outcome']),
    revocationLag: histogram(
      'revocation_lag_seconds',
      'From the moment at which a lease was to be dead to the moment at which it was',
      ['engine'],
      lags,
    ),
    store: histogram('store_seconds', 'One transaction of the store', ['operation', 'outcome']),
    auditWrites: histogram('audit_write_seconds', 'One write to a place of the audit log', [
      'sink',
      'outcome',
    ]),
    secretReads: counter('secret_reads_total', 'Secrets kept by the broker that were lent', ['secret']),
    reloads: counter('reloads_total', 'Policies, guardrails or certificate read again', ['set', 'outcome']),
  };
}

/** A gauge whose values are found when it is read. @param find sets them; what it throws leaves the gauge without any */
export function addGauge<L extends string>(
  { registry }: Pick<Meters, 'registry'>,
  { name, help, labels }: { readonly name: string; readonly help: string; readonly labels: readonly L[] },
  find: (set: (value: number, labels?: Partial<Record<L, string>>) => void) => void | Promise<void>,
): void {
  const collect: CollectFunction<Gauge<L>> = async function collect() {
    this.reset();
    try {
      await find((value, values) => {
        if (values === undefined) this.set(value);
        else this.set(values, value);
      });
    } catch {
      this.reset();
    }
  };
  // Registered by being made.
  new Gauge({ name: prefix + name, help, labelNames: [...labels], registers: [registry], collect });
}
