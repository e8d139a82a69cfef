import { formatDuration, formatTime } from '../domain/duration.ts';
import type { Return } from '../leases/giving-back.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { markdownTable } from '../domain/markdown-table.ts';

const words: Readonly<Record<Return['result'], string>> = {
  over: 'given back',
  queued: 'given back: the broker has it in its queue',
  'lives-on': 'cannot be revoked',
  failed: 'NOT given back',
};

/** Of one lease: beside one that lives on, another may well be over. */
function resultOf({ state }: Return['leases'][number], result: Return['result']): Return['result'] {
  return state === 'revoked' && result !== 'failed' ? 'over' : result;
}

/** One line a lease; a warning where something lives on against the will of the workflow. */
export function tellReturn(outcome: Return, { job, host }: Whereabouts): void {
  const now = host.clock.now();
  const took = `in ${String(Math.round(outcome.tookMs))} ms`;
  if (outcome.result === 'failed') {
    const reason = outcome.error?.message ?? '';
    if (outcome.leases.length === 0) {
      job.tell(
        'warning',
        `Could not make sure that nothing is lent any more: ${reason} Whatever was lent ends by itself.`,
      );
    }
    for (const { id, role, revocability, expiresAt } of outcome.leases) {
      const end = formatTime(new Date(expiresAt), now);
      job.tell(
        'warning',
        `${role} (lease ${id}, ${revocability}) could not be given back and lives until ${expiresAt} (${end}). ${reason}`,
      );
    }
    return;
  }
  if (outcome.leases.length === 0) {
    const text =
      outcome.result === 'lives-on'
        ? 'What may have been lent was delivered to nobody; it cannot be revoked and ends by itself.'
        : `Nothing is lent any more (${took}).`;
    job.tell('info', text);
  }
  for (const lease of outcome.leases) {
    const { role, id, state, expiresAt, revocability } = lease;
    const name = `${role === '' ? 'A lease that never arrived' : role} (lease ${id})`;
    const left = (Date.parse(expiresAt) - now.getTime()) / 1000;
    if (state === 'expired') job.tell('info', `${name} had already ended.`);
    else if (revocability === 'expiry-only') {
      job.tell(
        'info',
        `${name} cannot be revoked: ends ${formatTime(new Date(expiresAt), now)}, in ${formatDuration(left)}.`,
      );
    } else job.tell('info', `${name}: ${words[resultOf(lease, outcome.result)]} (${state}) ${took}.`);
  }
}

/** The table of post; only problems where the workflow says so. */
export function summariseReturns(returns: readonly Return[], { job, host }: Whereabouts): void {
  const wanted = returns.filter(({ intent: { post }, result }) => {
    return post.summary === 'always' || (post.summary === 'on-problem' && result === 'failed');
  });
  const now = host.clock.now();
  const rows = wanted.flatMap(({ leases, result, tookMs }) => {
    // Main was killed before it knew what it had borrowed.
    if (leases.length === 0 && result === 'failed') return [['', '', '', words.failed, 'ends by itself']];
    return leases.map((lease) => [
      lease.role,
      lease.id,
      lease.revocability,
      lease.state === 'expired' ? 'had already ended' : words[resultOf(lease, result)],
      resultOf(lease, result) === 'over'
        ? `${String(Math.round(tookMs))} ms`
        : `ends ${formatTime(new Date(lease.expiresAt), now)} (${lease.expiresAt})`,
    ]);
  });
  if (rows.length === 0) return;
  try {
    job.summarise(
      `### Giving credentials back\n\n${markdownTable(['role', 'lease', 'revocability', 'state', ''], rows)}\n`,
    );
  } catch {
    job.tell('warning', 'The job summary could not be written.');
  }
}
