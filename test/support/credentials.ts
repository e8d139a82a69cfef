/** One credential of every kind of the table, each field filled, each secret a different one. */
import { randomBytes } from 'node:crypto';
import { kinds, type Credential, type FieldRule, type FixedKind } from '../../src/domain/credential.ts';
import type { Lease } from '../../src/domain/lease.ts';
import { Secret } from '../../src/domain/secret.ts';
import { makeSshKey } from '../../src/protocol/ssh-key.ts';

export const everyKind = [...(Object.keys(kinds) as FixedKind[]), 'fields'] as const;

export const ends = new Date('2026-11-20T16:15:00Z');

/** Of a run that borrows an SSH certificate. */
export const sshKey = makeSshKey();

/** A stand-in for a certificate: what matters here is that our key is in it. */
const certificate = `ssh-ed25519-cert-v01@openssh.com ${sshKey.publicLine.split(' ')[1] ?? ''}`;

/** What a field has to look like for a tool to take it. */
const plausible: Readonly<Record<string, string>> = {
  apiUrl: 'https://api.github.com',
  address: 'https://vault.example.com:8200',
  namespace: 'apps',
  server: 'https://k8s.example.com:6443',
  host: 'db.example.com',
  port: '5432',
  region: 'eu-west-1',
  principals: 'deploy\nroot',
  registry: 'registry.example.com',
  certificate,
};

export function credentialOf(kind: (typeof everyKind)[number], name: string = kind): Credential {
  const base = { name, expiresAt: ends };
  if (kind === 'fields') {
    return { ...base, kind, fields: { 'api-key': newSecret('api-key'), account: 'plain-account' } };
  }
  const rules = Object.entries<FieldRule>(kinds[kind]);
  const fields = rules.map(([field, rule]) => [
    field,
    rule === 'secret' || rule === 'masked' ? newSecret(field) : (plausible[field] ?? `some ${field}`),
  ]);
  return { ...base, kind, fields: Object.fromEntries(fields) as never };
}

function newSecret(field: string): Secret {
  return new Secret(`${field}-${randomBytes(15).toString('base64url')}`);
}

export function leaseOf(credentials: readonly Credential[], more: Partial<Lease> = {}): Lease {
  return { id: 'lse_1', role: 'deploy', expiresAt: ends, revocability: 'immediate', credentials, ...more };
}

/** The secrets of a credential, revealed: what nothing but a delivery may show. */
export function secretsOf(credential: Credential): string[] {
  const values = Object.values<unknown>(credential.fields);
  return values.flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
}

/** One of a kind, with fields of the test's own; those that are secret become so. */
export function credentialWith(
  kind: FixedKind,
  given: Readonly<Record<string, string | undefined>>,
): Credential {
  const rules: Readonly<Record<string, FieldRule>> = kinds[kind];
  const own = Object.entries(given).map(([field, value]) => {
    const hidden = rules[field] === 'secret' || rules[field] === 'masked';
    return [field, hidden && value !== undefined ? new Secret(value) : value];
  });
  const whole = credentialOf(kind);
  const fields: unknown = { ...whole.fields, ...(Object.fromEntries(own) as object) };
  return { ...whole, fields } as Credential;
}
