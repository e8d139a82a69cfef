import { kinds, type FieldRule } from '../domain/credential.ts';
import { nearest } from '../domain/near-miss.ts';
import { fullMatch } from '../domain/pattern.ts';
import { snakeCase } from '../protocol/credential-wire.ts';
import { isObject, member } from '../protocol/json.ts';
import { refuseInput } from './input.ts';
import { readDecoding, type Decoding } from './vault-decoding.ts';

/** Kind → where its fields stand in what an engine answers (Vault API: Database, AWS, Google Cloud, Kubernetes, KV). */
const sources = {
  'basic-login': { username: ['username'], password: ['password'] },
  'postgres-login': { username: ['username'], password: ['password'] },
  'mysql-login': { username: ['username'], password: ['password'] },
  'registry-login': { username: ['username'], password: ['password'] },
  'aws-session': {
    access_key_id: ['access_key'],
    secret_access_key: ['secret_key'],
    session_token: ['session_token', 'security_token'],
  },
  'bearer-token': { token: ['token'] },
  'github-token': { token: ['token'] },
  'gcp-token': { token: ['token'] },
  'kubernetes-token': { token: ['service_account_token'], namespace: ['service_account_namespace'] },
} as const satisfies Partial<Record<keyof typeof kinds, Record<string, readonly string[]>>>;

type SourcedKind = keyof typeof sources;

/** What one path is read for. */
export interface SecretWish {
  /** Below /v1/. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** Sent by POST; undefined: GET. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly kind: SourcedKind | 'fields';
  readonly prefix: string | undefined;
  /**
   * Field of the credential → names of it in the answer, the first that is there. Undefined: every field of the
   * answer, under its own name.
   */
  readonly from: ReadonlyMap<string, readonly string[]> | undefined;
  readonly decode: Decoding | undefined;
  /** Fields of the kind that are no secret and that the answer does not have. */
  readonly values: Readonly<Record<string, string>>;
  /** Of the kind `fields`: what is no secret. */
  readonly plain: readonly string[];
}

const members = ['path', 'as', 'fields', 'with', 'plain', 'prefix', 'data', 'version', 'decode'] as const;

/**
 * One entry of `secrets`.
 * @param number of the entry, from 1
 * @throws CredsError `input-invalid`
 */
export function readSecretWish(entry: unknown, number: number): SecretWish {
  const where = `params: secrets: entry ${String(number)}`;
  if (!isObject(entry)) throw refuseInput(where, 'must be an object, as in `- path: kv/data/ci`');
  refuseUnknown(entry, where);
  const kind = readKind(entry, where);
  const data = member(entry, 'data');
  if (data !== undefined && !isObject(data))
    throw refuseInput(where, 'has `data` that is not `name: value` lines');
  const from = readFields(entry, kind, where);
  return {
    path: readPath(entry, where),
    query: readVersion(entry, where),
    data,
    kind,
    prefix: readPrefix(entry, where),
    from,
    decode: readDecoding(entry, where, from && [...from.keys()]),
    values: readValues(entry, kind, where),
    plain: readPlain(entry, kind, where),
  };
}

function refuseUnknown(entry: Readonly<Record<string, unknown>>, where: string): void {
  const unknown = Object.keys(entry).find((name) => !members.some((known) => known === name));
  if (unknown === undefined) return;
  const meant = nearest(members, unknown);
  const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
  throw refuseInput(where, `has a member that no secret has${guess}; there are ${listed(members)}`);
}

function readPath(entry: Readonly<Record<string, unknown>>, where: string): string {
  const path = member(entry, 'path');
  if (typeof path !== 'string') throw refuseInput(where, 'needs `path`, as in `path: kv/data/ci`');
  if (fullMatch(/\/?v1\/.*/, path))
    throw refuseInput(where, 'has a `path` that begins with `v1/`: leave that out');
  if (
    !fullMatch(/[^\s\u0000-\u001f\u007f?#%\\/]{1,128}(?:\/[^\s\u0000-\u001f\u007f?#%\\/]{1,128}){1,31}/, path)
  )
    throw refuseInput(
      where,
      'has no usable `path`: MOUNT/…, without a slash in front or behind, as the HTTP API has it',
    );
  if (path.split('/').some((segment) => segment === '.' || segment === '..'))
    throw refuseInput(where, 'has a `path` with `.` or `..` in it');
  return path;
}

function readVersion(entry: Readonly<Record<string, unknown>>, where: string): string {
  const version = member(entry, 'version');
  if (version === undefined) return '';
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    throw refuseInput(where, 'has a `version` that is no number from 1');
  if (member(entry, 'data') !== undefined) throw refuseInput(where, 'has both `version` and `data`');
  return `?version=${String(version)}`;
}

function readKind(entry: Readonly<Record<string, unknown>>, where: string): SecretWish['kind'] {
  const kind = member(entry, 'as') ?? 'fields';
  if (kind === 'fields') return kind;
  if (typeof kind === 'string' && Object.hasOwn(sources, kind)) return kind as SourcedKind;
  if (kind === 'vault-token')
    throw refuseInput(
      where,
      'has `as: vault-token`: for the login itself write `token: true` beside `secrets`',
    );
  const meant = typeof kind === 'string' ? nearest(Object.keys(sources), kind) : undefined;
  const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
  throw refuseInput(
    where,
    `has \`as\` with a kind that is not there${guess}; there are ${listed(['fields', ...Object.keys(sources)])}`,
  );
}

function readPrefix(entry: Readonly<Record<string, unknown>>, where: string): string | undefined {
  const prefix = member(entry, 'prefix');
  if (prefix === undefined) return undefined;
  if (typeof prefix === 'string' && fullMatch(/[A-Z_][A-Z0-9_]{0,63}/, prefix)) return prefix;
  throw refuseInput(where, 'has a `prefix` that is not made of A-Z, 0-9 and `_`, as in `prefix: DB`');
}

/** Fields of a kind as PROTOCOL.md spells them, and whether each is a secret, and whether it may be absent. */
function rulesOf(kind: SourcedKind): Map<string, FieldRule> {
  return new Map(Object.entries<FieldRule>(kinds[kind]).map(([field, rule]) => [snakeCase(field), rule]));
}

function readFields(
  entry: Readonly<Record<string, unknown>>,
  kind: SecretWish['kind'],
  where: string,
): SecretWish['from'] {
  const given = member(entry, 'fields');
  const pairs = given === undefined ? undefined : pairsOf(given, where);
  if (kind === 'fields') return pairs;
  const rules = rulesOf(kind);
  const stray = [...(pairs?.keys() ?? [])].find((name) => !rules.has(name));
  if (stray !== undefined) throw strayField(kind, [...rules.keys()], { stray, where, what: 'fields' });
  return new Map([...Object.entries<readonly string[]>(sources[kind]), ...(pairs ?? [])]);
}

/** `[username, password]`, or `{ password: db_password }`: our name first. */
function pairsOf(given: unknown, where: string): Map<string, readonly string[]> {
  const pairs: [string, unknown][] = Array.isArray(given)
    ? given.map((name: unknown) => [String(name), name])
    : isObject(given)
      ? Object.entries(given)
      : [];
  if (pairs.length === 0)
    throw refuseInput(
      where,
      'has `fields` that are neither a list of names nor `NAME: FIELD OF THE SECRET` lines',
    );
  return new Map(
    pairs.map(([name, field]) => {
      if (!fullMatch(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name))
        throw refuseInput(
          where,
          'has `fields` with a name that is not a plain word: write `NAME: FIELD OF THE SECRET`',
        );
      if (typeof field !== 'string' || field === '')
        throw refuseInput(where, 'has `fields` that name no field of the secret');
      return [name, [field]];
    }),
  );
}

function readValues(
  entry: Readonly<Record<string, unknown>>,
  kind: SecretWish['kind'],
  where: string,
): Record<string, string> {
  const given = member(entry, 'with') ?? {};
  if (!isObject(given)) throw refuseInput(where, 'has `with` that is not `name: value` lines');
  if (kind === 'fields' && Object.keys(given).length > 0)
    throw refuseInput(where, 'has `with`, which means nothing without `as`');
  const rules = kind === 'fields' ? new Map<string, FieldRule>() : rulesOf(kind);
  const plain = [...rules].filter(([, rule]) => rule === 'plain' || rule === 'plain?').map(([name]) => name);
  return Object.fromEntries(
    Object.entries(given).map(([stray, value]) => {
      if (!plain.includes(stray)) throw strayField(kind, plain, { stray, where, what: 'with' });
      return [stray, textOf(value, where)];
    }),
  );
}

/** A certificate has lines. */
function textOf(value: unknown, where: string): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !fullMatch(/[^\u0000-\u0009\u000b-\u001f\u007f]{1,16384}/, text))
    throw refuseInput(where, 'has `with` with a value that is no text');
  return text;
}

function strayField(
  kind: string,
  known: readonly string[],
  { stray, where, what }: { readonly stray: string; readonly where: string; readonly what: string },
): Error {
  const meant = nearest(known, stray) ?? known.find((name) => name === stray.replaceAll('-', '_'));
  const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
  return refuseInput(
    where,
    `has \`${what}\` with a field that a ${kind} does not have${guess}; there are ${listed(known)}`,
  );
}

function readPlain(
  entry: Readonly<Record<string, unknown>>,
  kind: SecretWish['kind'],
  where: string,
): readonly string[] {
  const plain = member(entry, 'plain') ?? [];
  if (!Array.isArray(plain) || !plain.every((name) => typeof name === 'string'))
    throw refuseInput(where, 'has `plain` that is not a list of names of fields');
  if (kind !== 'fields' && plain.length > 0)
    throw refuseInput(where, 'has `plain`, which means nothing beside `as`: the kind says what is a secret');
  return plain;
}

function listed(names: readonly string[]): string {
  return names.map((each) => `\`${each}\``).join(', ');
}
