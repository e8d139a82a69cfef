import { z } from 'zod';
import type { Credential } from '../../domain/credential.ts';
import { fullMatch } from '../../domain/pattern.ts';
import type { Secret } from '../../domain/secret.ts';
import { text } from '../../domain/yaml-values.ts';
import { reference } from '../domain/reference.ts';
import type { Engine, EngineTools, Mint } from './engine.ts';

const fieldName = z.string().refine((name) => fullMatch(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name), {
  error: 'write a field name of letters, digits, _ and -',
});

const parameters = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer-token'), value: reference, header: text.optional() }),
  z.strictObject({ kind: z.literal('basic-login'), username: text, value: reference }),
  z.strictObject({
    kind: z.literal('fields'),
    fields: z.record(fieldName, z.strictObject({ value: reference, sensitive: z.boolean().optional() })),
  }),
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
  open: (tools) => ({
    prepare: (chosen) => {
      const make = maker(chosen, tools);
      return {
        backend: {},
        issue: (mint) =>
          Promise.resolve({ credentials: [make(mint)], credentialExpiresAt: mint.expiresAt, revokeData: {} }),
      };
    },
    revoke: () => Promise.reject(new Error('a static value cannot be revoked')),
  }),
};

/** Reads the values once; a value that is missing stops the broker from starting, not a job from running. */
function maker(chosen: Parameters, { secret }: EngineTools): (mint: Mint) => Credential {
  const base = (mint: Mint): { name: string; expiresAt: Date } => ({
    name: mint.role,
    expiresAt: mint.expiresAt,
  });
  switch (chosen.kind) {
    case 'bearer-token': {
      const { kind, header } = chosen;
      const fields = { token: secret(chosen.value), ...(header === undefined ? {} : { header }) };
      return (mint) => ({ ...base(mint), kind, fields });
    }
    case 'basic-login': {
      const { kind, username } = chosen;
      const fields = { username, password: secret(chosen.value) };
      return (mint) => ({ ...base(mint), kind, fields });
    }
    case 'fields': {
      const fields: Record<string, Secret | string> = {};
      for (const [name, { value, sensitive }] of Object.entries(chosen.fields)) {
        const found = secret(value);
        fields[name] = sensitive === false ? found.reveal() : found;
      }
      return (mint) => ({ ...base(mint), kind: 'fields', fields });
    }
  }
}
