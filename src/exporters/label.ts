import { fullMatch } from '../domain/pattern.ts';
import type { Lent } from './exporter.ts';
import { wrongExport } from './settings.ts';

/** The prefix or the role, with the credential's own name behind it where the lease lends several of its kind. */
export function labelOf({ lease, credential }: Lent, exporter: string): string {
  const alike = lease.credentials.filter(({ kind }) => kind === credential.kind);
  const first = lease.prefix?.toLowerCase() ?? lease.role;
  const label = alike.length > 1 ? `${first}-${credential.name}` : first;
  if (isLabel(label)) return label;
  throw wrongExport(exporter, 'a role whose name is no plain word: give it a prefix, as in `DB=app-ro`');
}

/** A name that stands for itself in every format. */
export function isLabel(text: string): boolean {
  return fullMatch(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, text);
}

/** A lease is called by its prefix or its role, and one of several credentials by its own name behind it: `deploy.db`. */
export function callsIt(name: string, { lease, credential }: Lent): boolean {
  const leases = lease.prefix === undefined ? [lease.role] : [lease.prefix, lease.role];
  return leases.some((each) => name === each || name === `${each}.${credential.name}`);
}
