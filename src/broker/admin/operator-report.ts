import { isObject, member } from '../../protocol/json.ts';
import { plain } from './call-admin.ts';

export type Wire = Readonly<Record<string, unknown>>;

const columns: readonly (readonly [string, (lease: Wire) => string])[] = [
  ['LEASE', (lease) => word(lease, 'lease_id')],
  ['STATE', (lease) => word(lease, 'state')],
  ['ROLE', (lease) => word(lease, 'role')],
  ['REPOSITORY', (lease) => word(lease, 'repository') || word(lease, 'repository_id')],
  ['ACTOR', (lease) => word(lease, 'actor')],
  ['COMMIT', (lease) => word(lease, 'commit').slice(0, 12)],
  ['ENDS', (lease) => word(lease, 'ends_at').replace(/\.\d+Z$/, 'Z')],
];

/** Leases as a table. */
export function leaseTable(leases: readonly unknown[]): string {
  const rows = leases.filter(isObject).map((lease) => columns.map(([, read]) => read(lease)));
  if (rows.length === 0) return 'No lease.\n';
  return tableText([columns.map(([name]) => name), ...rows]);
}

/** Rows whose cells stand below one another. */
export function tableText(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** One lease, a member a line. */
export function leaseText(lease: Wire): string {
  const policy = member(lease, 'policy');
  const flat = { ...lease, policy: isObject(policy) ? word(policy, 'id') : '' };
  const names = Object.keys(flat);
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${plain(name).padEnd(width)}  ${word(flat, name)}`.trimEnd() + '\n').join('');
}

/** What would be, or was, revoked. */
export function revokedText(found: Wire): string {
  const counts =
    `${word(found, 'leases')} leases, ${word(found, 'sessions')} sessions and ` +
    `${word(found, 'requests')} requests that wait`;
  if (member(found, 'dry_run') === true) return `This would end ${counts}.\n`;
  const until = word(found, 'revoking_until');
  const left =
    member(found, 'revoking') === 0
      ? ''
      : ` ${word(found, 'revoking')} wait for their backend, or cannot be revoked: the last ends at ${until}.`;
  return `Ended ${counts}. Of the leases ${word(found, 'over')} are over.${left}\n`;
}

/** How the freeze stands. */
export function freezeText(found: Wire): string {
  const frozen = member(found, 'frozen') === true;
  const state = frozen ? 'Frozen: nothing is lent.' : 'Not frozen.';
  if (word(found, 'by') === '') return `${state}\n`;
  return `${state} ${word(found, 'by')} at ${word(found, 'since')}: ${word(found, 'reason')}\n`;
}

/** A member’s text or number; else nothing. */
export function word(of: Wire, name: string): string {
  const value = member(of, name);
  return typeof value === 'string' || typeof value === 'number' ? plain(String(value)) : '';
}
