import { z } from 'zod';
import type { Credential } from '../../domain/credential.ts';
import { fullMatch } from '../../domain/pattern.ts';
import type { Secret } from '../../domain/secret.ts';
import { text } from '../../domain/yaml-values.ts';
import { reference } from '../domain/reference.ts';
import { secretPattern } from '../domain/secrets-file.ts';
import type { Engine, EngineTools, Issued, KeptValue, Mint } from './engine.ts';

const fieldName = z.string().refine((name) => fullMatch(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name), {
  error: 'write a field name of letters, digits, _ and -',
});

const scheme = 'secret:';
const kept = new RegExp(`${scheme}(?:${secretPattern.source})`);
const value = z.union([text.refine((name) => fullMatch(kept, name)), reference], {
  error:
    'write where the value is kept: secret:NAME (by the broker itself), env:NAME or file:PATH; no secret stands in this file',
});

const field = z
  .strictObject({ value, sensitive: z.boolean().optional() })
  .refine((found) => found.sensitive !== false || nameOf(found.value) === undefined, {
    path: ['sensitive'],
    error: 'what the broker keeps as a secret is one: leave `sensitive` out',
  });

const parameters = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer-token'), value, header: text.optional() }),
  z.strictObject({ kind: z.literal('basic-login'), username: text, value }),
  z.strictObject({ kind: z.literal('fields'), fields: z.record(fieldName, field) }),
]);

type Parameters = z.output<typeof parameters>;

/**
 * A value that already exists, lent under a lease. The broker cannot make it die: what ends with the lease is the
 * permission to hold it, and the value itself lives until someone changes it at its origin. A step on the way out of
 * static secrets, never the aim.
 */
export const staticValue: Engine<Parameters> = {
  name: 'static',
  promises: () => ({
    minTtlSeconds: 1,
    maxTtlSeconds: 86_400,
    revocability: 'expiry-only',
    revocation: 'impossible; change the value at its origin',
  }),
  parameters,
  secretsOf: (chosen) => [...new Set(referencesOf(chosen).flatMap((each) => nameOf(each) ?? []))],
  open: (tools) => ({
    prepare: (chosen) => {
      const read = reader(referencesOf(chosen), tools);
      return { backend: {}, issue: async (mint) => lend(chosen, mint, await read(mint)) };
    },
    revoke: () => Promise.reject(new Error('a static value cannot be revoked')),
  }),
};

/** The name of a secret that the broker keeps; undefined: it is kept elsewhere. */
function nameOf(found: string): string | undefined {
  return found.startsWith(scheme) ? found.slice(scheme.length) : undefined;
}

function referencesOf(chosen: Parameters): string[] {
  return chosen.kind === 'fields' ? Object.values(chosen.fields).map((each) => each.value) : [chosen.value];
}

/** Values by their reference. */
type Values = ReadonlyMap<string, KeptValue | { readonly value: Secret }>;

/**
 * What is kept elsewhere is read once, now: a value that is missing stops the broker from starting, not a job from
 * running. What the broker keeps is read for each lease.
 */
function reader(references: readonly string[], tools: EngineTools): (mint: Mint) => Promise<Values> {
  const elsewhere = new Map(
    references
      .filter((each) => nameOf(each) === undefined)
      .map((each) => [each, { value: tools.secret(each) }]),
  );
  const own = [...new Set(references)].filter((each) => !elsewhere.has(each));
  return async (mint) => {
    const values = new Map<string, KeptValue | { readonly value: Secret }>(elsewhere);
    for (const each of own) values.set(each, await tools.kept(nameOf(each) ?? '', mint));
    return values;
  };
}

function lend(chosen: Parameters, mint: Mint, values: Values): Issued {
  const versions = [...values].flatMap(([from, found]) =>
    'version' in found ? [`${nameOf(from) ?? ''} ${String(found.version)}`] : [],
  );
  return {
    credentials: [credential(chosen, mint, values)],
    credentialExpiresAt: mint.expiresAt,
    revokeData: versions.length === 0 ? {} : { secret_versions: versions.join(', ') },
  };
}

function credential(chosen: Parameters, mint: Mint, values: Values): Credential {
  const base = { name: mint.role, expiresAt: mint.expiresAt };
  const secret = (from: string): Secret => {
    const found = values.get(from);
    if (found === undefined) throw new Error('a value was not read');
    return found.value;
  };
  switch (chosen.kind) {
    case 'bearer-token': {
      const { kind, header } = chosen;
      const fields = { token: secret(chosen.value), ...(header === undefined ? {} : { header }) };
      return { ...base, kind, fields };
    }
    case 'basic-login': {
      const { kind, username } = chosen;
      return { ...base, kind, fields: { username, password: secret(chosen.value) } };
    }
    case 'fields': {
      const { kind } = chosen;
      const fields = Object.entries(chosen.fields).map(([name, { value: from, sensitive }]) => {
        const found = secret(from);
        return [name, sensitive === false ? found.reveal() : found] as const;
      });
      return { ...base, kind, fields: Object.fromEntries(fields) };
    }
  }
}
