import { kinds, type Credential, type FixedKind } from '../../src/domain/credential.ts';
import { Secret } from '../../src/domain/secret.ts';
import { env } from '../../src/exporters/env.ts';
import { outputs } from '../../src/exporters/outputs.ts';
import type { Lent, Place } from '../../src/exporters/exporter.ts';
import { snakeCase } from '../../src/protocol/credential-wire.ts';

export const kindNames = Object.keys(kinds) as FixedKind[];

/** Stands for an end that is not about to come: nothing here is ever delivered. */
const expiresAt = new Date(0);
const nowhere: Place = {
  settings: {},
  folder: '/',
  home: undefined,
  variable: () => undefined,
  read: () => undefined,
  isFile: () => false,
};
const publicApi = 'https://api.github.com';
const enterpriseApi = 'https://github.example.com/api/v3';

/** A credential of the kind, complete, each field's value being the field's own name on the wire. */
function sample(kind: FixedKind, apiUrl = publicApi): Lent {
  const fields = Object.entries(kinds[kind]).map(([field, rule]) => {
    const text = field === 'apiUrl' ? apiUrl : snakeCase(field);
    return [field, rule === 'secret' || rule === 'masked' ? new Secret(text) : text];
  });
  const credential = {
    name: kind,
    kind,
    expiresAt,
    fields: Object.fromEntries(fields) as unknown,
  } as Credential;
  const lease = {
    id: kind,
    role: kind,
    expiresAt,
    revocability: 'immediate',
    credentials: [credential],
  } as const;
  return { lease, credential };
}

/** Variable → the field on the wire that it carries, or a word about it: what the `env` exporter really does. */
export function variablesOf(kind: FixedKind): Record<string, string> {
  return { ...(kind === 'github-token' ? onEnterpriseServer() : {}), ...packed(sample(kind)) };
}

function packed(lent: Lent): Record<string, string> {
  if (!env.takes(lent.credential)) return {};
  const { variables = {}, pointers = {}, files = {} } = env.pack([lent], nowhere);
  const plain = Object.entries(pointers).map(([name, { value }]) => [name, value] as const);
  const told = Object.entries({ ...variables, ...Object.fromEntries(plain) }).map(([name, value]) => [
    name,
    files[value] === undefined ? value : `path of a file with \`${files[value]}\``,
  ]);
  return Object.fromEntries(told) as Record<string, string>;
}

function onEnterpriseServer(): Record<string, string> {
  const { host } = new URL(enterpriseApi);
  const told = Object.entries(packed(sample('github-token', enterpriseApi))).map(([name, value]) => {
    return [name, `on GitHub Enterprise Server the ${value === host ? 'host' : `\`${value}\``}`];
  });
  return Object.fromEntries(told) as Record<string, string>;
}

/** Output → the field that it carries: what the `outputs` exporter really does. */
export function outputsOf(kind: FixedKind): Record<string, string> {
  const { outputs: set = {} } = outputs.pack([sample(kind)], nowhere);
  return Object.fromEntries(Object.entries(set).filter(([name]) => name !== 'credentials'));
}
