import type { Config } from '../config/config.ts';
import { printable } from '../domain/printable.ts';
import { findIdTokenSource } from '../id-tokens/registry.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { retrying } from '../protocol/http.ts';
import { serverUrl } from '../providers/input.ts';
import { identifyingClaims } from './loan-report.ts';
import { callWithin } from './trade.ts';

/** Who this job is, as the platform says it. Nothing in it is secret. */
export interface Identity {
  readonly platform: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Absent when no audience was named: without one no ID token is asked for. */
  readonly idToken?: {
    readonly issuer: string;
    readonly audience: string;
    /** RFC 3339. */
    readonly expiresAt: string;
    readonly claims: Readonly<Record<string, string>>;
  };
}

/**
 * What the platform says of this job. The ID token is read and forgotten: it goes nowhere.
 * @param config of it `audience` or `brokerUrl` says for whom the ID token is to be
 * @throws CredsError when there is none, or it is not as it was asked for
 */
export async function whoami(config: Config, { job, host }: Whereabouts): Promise<Identity> {
  const { platform } = job;
  const facts = Object.fromEntries(
    Object.entries(job.facts).map(([name, value]) => [name, printable(value)]),
  );
  const { brokerUrl, params } = config;
  const audience =
    config.audience ??
    (brokerUrl === undefined ? undefined : serverUrl('broker-url', brokerUrl, params['allow-ip'] === true));
  if (audience === undefined) return { platform, facts };
  const source = await findIdTokenSource(config.idToken, job);
  const call = callWithin(config, { job, host });
  const idToken = await retrying(call, () => source.request(audience, call));
  return {
    platform,
    facts,
    idToken: {
      issuer: printable(idToken.issuer),
      audience: printable(audience),
      expiresAt: idToken.expiresAt.toISOString(),
      claims: identifyingClaims(idToken),
    },
  };
}
