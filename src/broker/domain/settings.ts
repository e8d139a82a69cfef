import { z } from 'zod';
import { rolePattern } from '../../protocol/token-exchange.ts';
import { duration, named, text } from '../../domain/yaml-values.ts';
import { forgeEntry, mostWebhooks, webhookEntry } from './platform-file.ts';
import { adminKeys } from './admin-file.ts';
import { roleAccess } from './role-access-file.ts';
import { secretsFile } from './secrets-file.ts';
import { sealingFile } from './sealing-file.ts';
import { storeFile } from './store-file.ts';
import { bindings, issuerAlgorithms, replayAnswers } from './issuer.ts';
import { fullMatch } from '../../domain/pattern.ts';

/** Claims that every token has and that verification judges; no policy and no identity is made of them. */
const judged = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'cnf'];
const claimName = named(/[A-Za-z_][A-Za-z0-9_.:/-]{0,127}/, 'write the name of a claim').refine(
  (name) => !judged.includes(name) && name !== '__proto__',
  { error: 'this claim is judged by the broker itself' },
);
const claimNames = z.array(claimName).max(50);

const issuerEntry = z.union([
  text,
  z.strictObject({
    platform: text,
    url: text.optional(),
    jwks_uri: text.optional(),
    jwks_file: text.optional(),
    allow_private: z.boolean().optional(),
    audience: text.optional(),
    binding: z.enum(bindings).optional(),
    max_age: duration.optional(),
    on_replay: z.enum(replayAnswers).optional(),
    algorithms: z.array(z.enum(issuerAlgorithms)).min(1).optional(),
    claims: z
      .strictObject({
        index: claimName,
        ids: claimNames,
        job: claimNames.min(1).optional(),
        run: claimNames.min(1).optional(),
        match: claimNames,
      })
      .optional(),
  }),
]);

/** The other keys of a part are its engine's own. */
const rolePart = z.looseObject({
  name: named(/[a-z][a-z0-9-]{0,31}/, 'write a name of small letters, digits and -, such as cloud or db'),
  engine: text,
});

/** Common to all engines; the other keys of a role are its engine's own. One that lends from several has `parts`. */
const roleEntry = z.looseObject({
  engine: text.optional(),
  parts: z.array(rolePart).min(2, 'name two parts at least').max(8).optional(),
  ttl: z.strictObject({ default: duration.optional(), max: duration.optional() }).optional(),
  grantable_by: z.array(text).min(1).optional(),
  accept_expiry_only: duration.optional(),
  require_encryption: z.boolean().optional(),
  access: roleAccess.optional(),
});

/** The keys that `roleEntry` takes for itself. */
export const commonRoleKeys = [
  'engine',
  'parts',
  'ttl',
  'grantable_by',
  'accept_expiry_only',
  'require_encryption',
  'access',
];

const keyFile = { jwks: text.optional(), public_key: text.optional() };
const oneKeyFile = { error: 'name one file: jwks (a JWK Set) or public_key (PEM)' };

/** The file of one caller's keys. */
export interface KeyFile {
  readonly jwks?: string | undefined;
  readonly public_key?: string | undefined;
}

function namesOneFile({ jwks, public_key: pem }: KeyFile): boolean {
  return (jwks === undefined) !== (pem === undefined);
}

const resourceServer = z
  .strictObject({ id: text, audience: text, ...keyFile })
  .refine(namesOneFile, oneKeyFile);
const operator = z.strictObject({ id: text, ...keyFile }).refine(namesOneFile, oneKeyFile);

const roleName = named(rolePattern, 'write a role name of letters, digits and . _ / -');

function isListenAddress(value: string): boolean {
  return (
    fullMatch(/(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}/, value) &&
    Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535
  );
}

const listen = text.refine(isListenAddress, {
  error: 'write an address and a port: 127.0.0.1:8443, 0.0.0.0:8443, [::]:8443',
});

const rate = z.int().min(1).max(1_000_000);

const certifiedKey = z.strictObject({ certificate: text, key: text });

/** broker.yaml as it stands in its file. Every key is described in docs/reference/broker.md. */
export const settingsSchema = z.strictObject({
  $schema: z.string().optional(),
  public_url: text,
  public_urls: z.array(text).min(1).max(20).optional(),
  listen,
  tls: z.union(
    [z.literal('off'), certifiedKey.extend({ others: z.array(certifiedKey).min(1).max(20).optional() })],
    {
      error: 'write `tls: { certificate: FILE, key: FILE }`, or `tls: off` behind a proxy that ends TLS',
    },
  ),
  trusted_proxies: z.array(text).optional(),
  log: z.strictObject({ level: z.enum(['error', 'warn', 'info', 'debug']) }).optional(),
  metrics: z
    .union([
      z.literal('off'),
      z
        .strictObject({
          listen: text
            .refine(isListenAddress, { error: 'write an address and a port: 127.0.0.1:9090' })
            .optional(),
          networks: z.array(text).min(1).optional(),
        })
        .refine(({ listen, networks }) => listen !== undefined || networks !== undefined, {
          error:
            'write `listen: 127.0.0.1:9090` for a port of their own, `networks: [10.0.0.0/8]` for who may read them on the main one, or `metrics: off`',
        }),
    ])
    .optional(),
  store: storeFile,
  signing_key: text.optional(),
  published_keys: z.array(text).max(10).optional(),
  audit_key: text.optional(),
  body_hash: z.enum(['required', 'optional']).optional(),
  nonce: z.enum(['off', 'required']).optional(),
  nonce_key: text.optional(),
  issuers: z.array(issuerEntry).min(1, 'name at least one issuer'),
  roles: z.record(roleName, roleEntry),
  policies: text,
  guardrails: text.optional(),
  resource_servers: z.array(resourceServer).optional(),
  operators: z.array(operator).optional(),
  webhooks: z.array(webhookEntry).max(mostWebhooks).optional(),
  forges: z.array(forgeEntry).max(100).optional(),
  admin: z.strictObject({ listen, ...adminKeys }).optional(),
  checkpoint: text.optional(),
  sealing: sealingFile.optional(),
  secrets: secretsFile.optional(),
  audit: z
    .array(
      z.union([
        z.literal('stdout'),
        z.strictObject({ file: text, required: z.boolean().optional() }),
        z.strictObject({ stdout: z.literal(true), required: z.boolean().optional() }),
      ]),
    )
    .min(1, 'name at least one sink: stdout, or { file: ./audit.jsonl }'),
  limits: z
    .strictObject({
      requests_per_second: rate.optional(),
      repository_requests_per_minute: rate.optional(),
      job_requests_per_minute: rate.optional(),
    })
    .optional(),
});

export type SettingsFile = z.output<typeof settingsSchema>;
export type IssuerEntry = Exclude<z.output<typeof issuerEntry>, string>;
export type RoleEntry = z.output<typeof roleEntry>;
