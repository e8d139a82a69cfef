import { isObject, member } from '../../protocol/json.ts';
import { tableText, word, type Wire } from './operator-report.ts';

const columns: readonly (readonly [string, (secret: Wire) => string])[] = [
  ['SECRET', (secret) => word(secret, 'secret')],
  ['STATE', (secret) => word(secret, 'state')],
  ['VERSION', (secret) => word(secret, 'version')],
  ['AGE', (secret) => ageOf(secret)],
  ['READS', (secret) => word(secret, 'reads')],
  ['LAST READ', (secret) => minute(word(secret, 'read_at'))],
  ['MIGRATE TO', (secret) => word(secret, 'migrate_to')],
];

/** Kept secrets as a table, and under it what keeps any of them from being lent. */
export function secretTable(secrets: readonly unknown[]): string {
  const found = secrets.filter(isObject);
  if (found.length === 0) return 'No secret.\n';
  const rows = found.map((secret) => columns.map(([, read]) => read(secret)));
  const problems = found.flatMap((secret) => {
    const problem = word(secret, 'problem');
    return problem === '' ? [] : [`${word(secret, 'secret')}: ${problem}\n`];
  });
  return tableText([columns.map(([name]) => name), ...rows]) + problems.join('');
}

/** One secret, a member a line, with its versions and its readers. */
export function secretText(secret: Wire): string {
  const { versions, readers, ...rest } = secret;
  const lines = Object.entries(rest).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(String).join(', ') : word(rest, name),
  ]);
  return [
    tableText(lines),
    table(versions, [
      ['VERSION', 'version'],
      ['STATE', 'state'],
      ['MADE', 'created_at'],
      ['BY', 'created_by'],
      ['READS', 'reads'],
      ['KEPT UNTIL', 'kept_until'],
      ['SEALING KEY', 'sealing_key'],
    ]),
    table(readers, [
      ['READ BY', 'repository'],
      ['ID', 'repository_id'],
      ['READS', 'reads'],
      ['LAST', 'read_at'],
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** What was done. */
export function changedText(act: 'put' | 'rotate' | 'roll-back' | 'delete', done: Wire): string {
  const [name, version] = [word(done, 'secret'), word(done, 'version')];
  if (act === 'put')
    return member(done, 'unchanged') === true
      ? `${name}: this is the value of version ${version} already; nothing was changed.\n`
      : `${name}: version ${version} is lent from now on.\n`;
  if (act === 'rotate') return `${name}: rotated; version ${version} is lent from now on.\n`;
  if (act === 'roll-back') return `${name}: version ${version} is lent again.\n`;
  const destroyed = member(done, 'destroyed');
  const gone = Array.isArray(destroyed) ? destroyed.map(String).join(', ') : '';
  return gone === ''
    ? `${name}: there was nothing left to destroy.\n`
    : `${name}: the data keys of version ${gone} are destroyed.\n`;
}

function table(found: unknown, members: readonly (readonly [string, string])[]): string {
  if (!Array.isArray(found) || found.length === 0) return '';
  const rows = (found as unknown[])
    .filter(isObject)
    .map((each) => members.map(([, name]) => minute(word(each, name))));
  return tableText([members.map(([title]) => title), ...rows]);
}

/** Of a time its minute; anything else as it is. */
function minute(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d+Z$/, '$1Z');
}

/** Days say enough of a secret that ought not to be. */
function ageOf(secret: Wire): string {
  const seconds = member(secret, 'age_seconds');
  if (typeof seconds !== 'number') return '';
  return seconds < 86_400
    ? `${String(Math.floor(seconds / 3600))}h`
    : `${String(Math.floor(seconds / 86_400))}d`;
}
