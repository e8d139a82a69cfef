import type { Config } from '../config/config.ts';
import { CredsError } from '../domain/errors.ts';
import type { Lease } from '../domain/lease.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { lentBy, staticKeyNames } from './static-key-names.ts';

/**
 * Looks whether a static key lies beside what is about to be lent, before anything is asked for.
 * @throws CredsError `static-key` where the config refuses one
 */
export async function lookBefore(config: Config, where: Whereabouts): Promise<void> {
  const what = lentBy[config.provider];
  if (what !== undefined) await lookFor([what], config, where);
}

/**
 * The same for what only the answer tells: a broker’s role can be of any kind. Nothing is delivered yet.
 * @throws CredsError `static-key` where the config refuses one; what was lent must then be given back
 */
export async function lookAfter(leases: readonly Lease[], config: Config, where: Whereabouts): Promise<void> {
  const kinds = new Set(leases.flatMap(({ credentials }) => credentials.map(({ kind }) => kind as string)));
  kinds.delete(lentBy[config.provider] ?? '');
  await lookFor([...kinds], config, where);
}

async function lookFor(what: readonly string[], { staticKeys }: Config, where: Whereabouts): Promise<void> {
  const { job, host } = where;
  if (staticKeys === 'ignore') return;
  const names = what.flatMap((each) => staticKeyNames[each] ?? []);
  const set = names.filter((name) => (host.env[name] ?? '') !== '');
  if (set.length === 0) return;
  const { staticAmong } = await import('./static-keys.ts');
  const found = staticAmong(set, where);
  if (found.length === 0) return;
  const problem = `Beside what this step borrows the job holds a static credential of the same kind, in ${found.join(', ')}.`;
  if (staticKeys === 'refuse') throw new CredsError('static-key', problem);
  job.tell(
    'warning',
    `${problem} Take it out of the job and delete it where it was made; \`static-keys: refuse\` keeps the next one out.`,
  );
}
