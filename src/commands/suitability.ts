import type { Config } from '../config/config.ts';
import type { Credential } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import type { Lease, Loan } from '../domain/lease.ts';
import { assertCredentialHideable } from '../redaction/hideable.ts';

/**
 * What came is what the inputs allow: the right account, a lifetime within bounds, secrets that can be hidden.
 * @throws CredsError `lease-unsuitable` or `credential-unusable`; what was lent must then be given back
 */
export function assertSuitable(loan: Loan, config: Config, now: Date): void {
  if (config.expectAccounts !== undefined) assertOwner(loan, config.expectAccounts);
  for (const lease of loan.leases) {
    const seconds = (lease.expiresAt.getTime() - now.getTime()) / 1000;
    const ends = [lease, ...lease.credentials].map(({ expiresAt }) => expiresAt.getTime());
    const longest = (Math.max(...ends) - now.getTime()) / 1000;
    if (Number.isNaN(longest))
      throw new CredsError('lease-unsuitable', `The lease of ${lease.role} ends at no time that there is.`);
    // A second of grace: the lease was counted from the arrival of the answer.
    if (seconds <= 0)
      throw new CredsError('lease-unsuitable', `The lease of ${lease.role} has already ended.`);
    if (seconds + 1 < config.minTtlSeconds) throw unsuitable(lease, 'shorter', 'min-ttl');
    if (longest - 1 > config.maxTtlSeconds) throw unsuitable(lease, 'longer', 'max-ttl');
    lease.credentials.forEach(assertCredentialHideable);
  }
}

/**
 * By what the provider says of the loan, else by the account, project or tenant of each credential that names one. At
 * least one must, since the input would else have compared nothing.
 */
function assertOwner({ account, leases }: Loan, expected: readonly string[]): void {
  const credentials = leases.flatMap((lease) => lease.credentials);
  const owners = account === undefined ? credentials.flatMap(ownersOf) : [account];
  if (owners.length === 0)
    throw new CredsError(
      'lease-unsuitable',
      'Nothing of what was lent says which account it belongs to, and `expect-account` names one.',
      {
        hint: 'It was given back, unless the log says what lives on. AWS sessions, Google and Azure tokens say it. Leave `expect-account` out.',
      },
    );
  if (owners.some((owner) => owner === undefined || !expected.includes(owner)))
    throw new CredsError(
      'lease-unsuitable',
      'What was lent does not belong to an account that `expect-account` names.',
    );
}

/** Of a kind that belongs to an account, and does not say to which, nothing is believed. */
function ownersOf({ kind, fields }: Credential): (string | undefined)[] {
  if (kind === 'aws-session') return [fields.account];
  if (kind === 'gcp-token') return [fields.project];
  return kind === 'azure-token' ? [fields.tenant] : [];
}

function unsuitable(lease: Lease, how: string, input: string): CredsError {
  return new CredsError(
    'lease-unsuitable',
    `The lease of ${lease.role} lives ${how} than \`${input}\` allows.`,
  );
}
