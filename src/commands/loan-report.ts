import type { Config } from '../config/config.ts';
import { formatDuration, formatTime } from '../domain/duration.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Job } from '../domain/job.ts';
import type { Lease, Loan } from '../domain/lease.ts';
import { printable } from '../domain/printable.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import type { Exchange } from '../providers/provider.ts';
import type { Delivery } from './delivery.ts';
import { markdownTable } from '../domain/markdown-table.ts';

/** Claims that tell a person which job this is, on GitHub and GitLab, in the order in which to print them. */
const identifying = [
  'repository',
  'repository_id',
  'repository_owner_id',
  'project_path',
  'project_id',
  'ref',
  'ref_path',
  'environment',
  'event_name',
  'pipeline_source',
  'workflow_ref',
  'job_workflow_ref',
  'ci_config_ref_uri',
  'run_id',
  'run_attempt',
  'job_id',
  'runner_environment',
];

/** Before the ID token is asked for: for whom. */
export function tellRequest(exchange: Exchange, bound: boolean, job: Job): void {
  const how = bound ? ', bound to a key of this process' : '';
  job.tell('info', `Asking for an ID token with the audience ${exchange.audience}${how}.`);
}

/** The claims by which the other side will decide; never the token. */
export function tellIdentity(idToken: IdToken, job: Job): void {
  const known = Object.entries(identifyingClaims(idToken)).map(([name, value]) => `${name}=${value}`);
  job.tell('info', `This job identifies itself by: ${known.join(', ')}.`);
}

/** The claims that tell a person which job this is, fit to be printed. */
export function identifyingClaims({ claims }: IdToken): Record<string, string> {
  const known = identifying.flatMap((name) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? [[name, printable(String(value))]] : [];
  });
  return Object.fromEntries(known) as Record<string, string>;
}

interface Story {
  readonly exchange: Exchange;
  readonly config: Config;
  readonly parcel: Delivery;
}

/** What was lent, by whom, until when, where it lies: to the log, and to the summary if that is wanted. */
export function tellLoan(loan: Loan, { exchange, config, parcel }: Story, { job, host }: Whereabouts): void {
  const now = host.clock.now();
  for (const lease of loan.leases) {
    job.tell(
      'info',
      `Borrowed ${lease.role} from ${exchange.lender}: ends ${ending(lease, now)}; ${promises[lease.revocability]}.`,
    );
  }
  job.tell('info', `Delivered: ${delivered(parcel)}.`);
  if (config.summary === 'always') summarise(loan, exchange, { job, host });
}

const promises: Readonly<Record<Lease['revocability'], string>> = {
  immediate: 'given back, it is dead at once',
  policy: 'given back, it is denied after a short while',
  'expiry-only': 'it cannot be revoked before it ends',
};

function ending(lease: Lease, now: Date): string {
  return `${formatTime(lease.expiresAt, now)}, in ${formatDuration((lease.expiresAt.getTime() - now.getTime()) / 1000)}`;
}

function delivered({ variables, pointers, files, outputs }: Delivery): string {
  const parts = [
    ['variables', Object.keys({ ...variables, ...pointers })],
    ['files', Object.keys(files)],
    ['outputs', Object.keys(outputs)],
  ] as const;
  const told = parts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what} ${names.join(', ')}`);
  return told.length === 0 ? 'nothing but the outputs about the lease' : told.join('; ');
}

/** A summary that cannot be written is no reason to fail a delivery. */
function summarise(loan: Loan, exchange: Exchange, { job, host }: Whereabouts): void {
  const now = host.clock.now();
  const rows = loan.leases.map((lease) => [
    lease.role,
    exchange.lender,
    ending(lease, now),
    lease.revocability,
  ]);
  try {
    job.summarise(
      `### Borrowed credentials\n\n${markdownTable(['role', 'from', 'ends', 'revocability'], rows)}\n`,
    );
  } catch {
    job.tell('warning', 'The job summary could not be written.');
  }
}
