import { z } from 'zod';
import { fullMatch } from '../../domain/pattern.ts';
import { duration, named, text } from '../../domain/yaml-values.ts';
import { issuerAlgorithms } from './issuer.ts';
import { operatorRights } from './operator.ts';

const fingerprint = text
  .transform((value) => value.replaceAll(':', '').toLowerCase())
  .refine((value) => fullMatch(/[0-9a-f]{64}/, value), {
    error: 'write the certificate’s SHA-256: 64 hex digits, colons allowed',
  });

const certificate = z
  .strictObject({ subject: text.optional(), fingerprint: fingerprint.optional() })
  .refine((found) => (found.subject === undefined) !== (found.fingerprint === undefined), {
    error: 'name one: subject, or fingerprint',
  });

/** Claims that verification judges by itself. */
const judged = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'cnf'];
const claims = z
  .record(
    named(/[A-Za-z_][A-Za-z0-9_.:/-]{0,127}/, 'write the name of a claim'),
    z.union([text, z.boolean()]),
  )
  .refine((found) => Object.values(found).some((value) => typeof value === 'string'), {
    error: 'name at least one claim that says who it is: sub, email, or a group',
  })
  .refine((found) => !Object.keys(found).some((name) => judged.includes(name)), {
    error: `of these the broker judges by itself: ${judged.join(', ')}`,
  });

const adminOperator = z
  .strictObject({
    id: named(/[A-Za-z0-9][A-Za-z0-9._@-]{0,63}/, 'write a name of letters, digits and . _ @ -'),
    certificate: certificate.optional(),
    claims: claims.optional(),
    rights: z.array(z.enum(operatorRights)).min(1, `name at least one of ${operatorRights.join(', ')}`),
  })
  .refine((found) => (found.certificate === undefined) !== (found.claims === undefined), {
    error: 'say by what it is known: certificate, or claims',
  });

const adminIssuer = z.strictObject({
  url: text,
  audience: text,
  jwks_uri: text.optional(),
  jwks_file: text.optional(),
  allow_private: z.boolean().optional(),
  algorithms: z.array(z.enum(issuerAlgorithms)).min(1).optional(),
  max_age: duration.optional(),
});

/** `admin:` of broker.yaml, but for its address. */
export const adminKeys = {
  tls: z.union([
    z.literal('off'),
    z.strictObject({ certificate: text, key: text, client_ca: text.optional() }),
  ]),
  issuer: adminIssuer.optional(),
  operators: z.array(adminOperator).min(1, 'name at least one operator; without any leave `admin` out'),
};

export type AdminOperatorEntry = z.output<typeof adminOperator>;
