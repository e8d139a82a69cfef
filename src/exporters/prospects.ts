import { kinds as fieldsOfKinds, type Credential } from '../domain/credential.ts';
import type { Prospect, ProspectiveCredential } from '../domain/lease.ts';
import { nearest } from '../domain/near-miss.ts';
import { snakeCase } from '../protocol/credential-wire.ts';
import { wrongExport } from './settings.ts';

type Kind = Credential['kind'];

/**
 * Refuses a role that is not borrowed, and a form for what is certain not to come.
 * @param from by which the line chooses one of what is borrowed; undefined: all
 * @throws CredsError `input-invalid`
 */
export function assertComes(
  exporter: string,
  prospects: readonly Prospect[],
  { from, kinds }: { readonly from?: string | undefined; readonly kinds: readonly Kind[] },
): void {
  const called = prospects.map((prospect) => ({ ...prospect, ...mayMean(from, prospect) }));
  if (from !== undefined && called.every(({ isMeant }) => !isMeant))
    throw wrongExport(exporter, `\`from\` with a role that is not borrowed${whichThereAre(from, prospects)}`);
  const mayFit = called.some(
    ({ isMeant, coming }) => isMeant && (coming?.some(({ kind }) => kinds.includes(kind)) ?? true),
  );
  if (!mayFit) throw wrongExport(exporter, `nothing to write: it takes ${kinds.join(', ')}`);
}

/**
 * Refuses fields that are certain not to be lent exactly once: `NPM_TOKEN=token`, `DB_URL=DB.url`.
 * @throws CredsError `input-invalid`
 */
export function assertFieldsCome(
  exporter: string,
  settings: Readonly<Record<string, string>>,
  prospects: readonly Prospect[],
): void {
  for (const [name, path] of Object.entries(settings)) {
    const at = path.lastIndexOf('.');
    const owner = at < 0 ? undefined : path.slice(0, at);
    const meant = prospects
      .map((prospect) => ({ ...prospect, ...mayMean(owner, prospect) }))
      .filter(({ isMeant }) => isMeant);
    if (owner !== undefined && meant.length === 0)
      throw wrongExport(exporter, `${name} of a role that is not borrowed${whichThereAre(owner, prospects)}`);
    const field = path.slice(at + 1);
    const counts = meant.flatMap(({ coming }) => coming?.map((each) => countOf(field, each)) ?? [unknown]);
    const least = counts.reduce((sum, each) => sum + each.least, 0);
    const most = counts.reduce((sum, each) => sum + each.most, 0);
    if (most === 0) throw wrongExport(exporter, `${name} from a field that is not lent${whichFields(meant)}`);
    if (least > 1)
      throw wrongExport(exporter, `${name} from a field that is lent more than once: write ROLE.${field}`);
  }
}

const unknown = { least: 0, most: 1 };

/** How often a credential has the field. */
function countOf(field: string, { kind, fields }: ProspectiveCredential): { least: number; most: number } {
  const isIt = (name: string): boolean => name === field || snakeCase(name) === field;
  if (fields !== undefined) return fields.some(isIt) ? { least: 1, most: 1 } : { least: 0, most: 0 };
  if (kind === 'fields') return unknown;
  const rule = Object.entries(fieldsOfKinds[kind]).find(([name]) => isIt(name))?.[1];
  if (rule === undefined) return { least: 0, most: 0 };
  return rule === 'plain?' ? unknown : { least: 1, most: 1 };
}

/**
 * Whether a name is that of a lease, or of one of its credentials: see `callsIt`.
 * @returns with what it means of the lease; undefined where only the server knows
 */
function mayMean(
  name: string | undefined,
  { role, prefix, credentials }: Prospect,
): { isMeant: boolean; coming: readonly ProspectiveCredential[] | undefined } {
  const leases = prefix === undefined ? [role] : [prefix, role];
  if (name === undefined || leases.includes(name)) return { isMeant: true, coming: credentials };
  if (credentials === undefined)
    return { isMeant: leases.some((each) => name.startsWith(`${each}.`)), coming: undefined };
  const coming = credentials.filter((each) => leases.some((lease) => name === `${lease}.${each.name}`));
  return { isMeant: coming.length > 0, coming };
}

function whichThereAre(name: string, prospects: readonly Prospect[]): string {
  const names = prospects.flatMap(({ role, prefix }) => (prefix === undefined ? [role] : [prefix, role]));
  const meant = nearest(
    names.map((each) => each.toLowerCase()),
    name,
  );
  const near = names.find((each) => each.toLowerCase() === meant);
  const guess = near === undefined ? '' : ` (did you mean \`${near}\`?)`;
  return `${guess}; there are ${names.map((each) => `\`${each}\``).join(', ')}`;
}

function whichFields(meant: readonly { coming: readonly ProspectiveCredential[] | undefined }[]): string {
  const names = meant
    .flatMap(({ coming = [] }) => coming)
    .flatMap(({ kind, fields }) =>
      kind === 'fields' ? (fields ?? []) : (fields ?? Object.keys(fieldsOfKinds[kind])).map(snakeCase),
    );
  return names.length === 0
    ? ''
    : `; there are ${[...new Set(names)].map((each) => `\`${each}\``).join(', ')}`;
}
