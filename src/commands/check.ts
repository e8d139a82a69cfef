import type { Config } from '../config/config.ts';
import { CredsError } from '../domain/errors.ts';
import type { IdToken } from '../domain/id-token.ts';
import { findIdTokenSource } from '../id-tokens/registry.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import type { DryDecision } from '../protocol/dry-run.ts';
import { exchange, retrying, type Call } from '../protocol/http.ts';
import type { Exchange } from '../providers/provider.ts';
import { findProvider } from '../providers/registry.ts';
import { agentFor, wantsBinding } from './acquire.ts';
import { findRoute, foresee } from './delivery.ts';
import { tellIdentity, tellRequest } from './loan-report.ts';
import { callWithin } from './trade.ts';

/** What would happen if the job borrowed now. */
export interface CheckReport {
  readonly provider: string;
  readonly lender: string;
  readonly issuer: string;
  readonly audience: string;
  readonly roles: readonly CheckedRole[];
}

export interface CheckedRole {
  readonly role: string;
  /** `unknown` where nobody can be asked without borrowing; `needs-approval`: lent once somebody agrees. */
  readonly decision: 'allow' | 'needs-approval' | 'deny' | 'unknown';
  /** How long the broker would wait for that. */
  readonly approvalSeconds?: number;
  /** Under which the broker's audit log has the reasons. */
  readonly requestId?: string;
}

/**
 * Everything up to the borrowing: the settings, the ID token, the way to the lender, and what it would say to each
 * role. Nothing is lent, and nothing is owed.
 * @throws CredsError as borrowing would
 */
export async function check(config: Config, { job, host }: Whereabouts): Promise<CheckReport> {
  const provider = await findProvider(config.provider);
  const asked = provider.configure({ ...config, facts: job.facts });
  const routes = await Promise.all(config.exports.map(findRoute));
  foresee(routes, asked.lends);
  await agentFor(routes, host);
  const source = await findIdTokenSource(config.idToken, job);
  const bound = wantsBinding(config, asked, source);
  const opening = asked.open(bound);
  const call = callWithin(config, { job, host });
  tellRequest(asked, bound, job);
  let idToken: IdToken | undefined;
  const { issuer, roles } = await retrying(call, async () => {
    const first = idToken === undefined;
    if (idToken === undefined || source.mints) idToken = await source.request(opening.audience, call);
    if (first) tellIdentity(idToken, job);
    const decisions = await opening.dryRun?.(idToken, call);
    return { issuer: idToken.issuer, roles: decisions?.map(checked) ?? (await reach(config, asked, call)) };
  });
  const { lender, audience } = asked;
  return { provider: config.provider, lender, issuer, audience, roles };
}

function checked({ role, allowed, approvalSeconds, requestId }: DryDecision): CheckedRole {
  if (approvalSeconds !== undefined) return { role, decision: 'needs-approval', approvalSeconds, requestId };
  return { role, decision: allowed ? 'allow' : 'deny', requestId };
}

/** Shows that somebody answers there, whatever he answers to a request for nothing. */
async function reach(config: Config, { endpoint }: Exchange, call: Call): Promise<CheckedRole[]> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const request = { method: 'POST', url: endpoint, headers, body: '', maxBytes: 1024 * 1024 } as const;
  try {
    await exchange(call, request);
  } catch (error) {
    if (!(error instanceof CredsError) || error.code !== 'redirect-refused') throw error;
  }
  return config.roles.map(({ role }) => ({ role, decision: 'unknown' }));
}
