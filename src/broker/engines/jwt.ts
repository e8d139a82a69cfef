import { z } from 'zod';
import { text } from '../../domain/yaml-values.ts';
import { Secret } from '../../domain/secret.ts';
import { fullMatch } from '../../domain/pattern.ts';
import { claimTemplate, type ClaimTemplate } from '../domain/claim-template.ts';
import { ParameterError, type Engine, type EngineTools, type Mint } from './engine.ts';

/** Claims that this engine sets itself. */
const own = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'role', 'cnf'];

const parameters = z.strictObject({
  audience: z.union([text, z.array(text).min(1).max(10)]),
  claims: z
    .record(
      z.string().refine((name) => fullMatch(/[A-Za-z][A-Za-z0-9_:./-]{0,127}/, name) && !own.includes(name), {
        error: `choose another name; the engine sets ${own.join(', ')} itself`,
      }),
      z.union([claimTemplate, z.number(), z.boolean(), z.array(claimTemplate)]),
    )
    .optional(),
  cnf: z.boolean().optional(),
});

type Parameters = z.output<typeof parameters>;
type ClaimValue = NonNullable<Parameters['claims']>[string];

/**
 * JWT access tokens (RFC 9068) signed with the broker's key: a resource server checks them against
 * `/.well-known/jwks.json`, and asks `/introspect` where it must know at once that one was revoked.
 */
export const jwt: Engine<Parameters> = {
  name: 'jwt',
  promises: () => ({
    minTtlSeconds: 5,
    maxTtlSeconds: 86_400,
    revocability: 'immediate',
    revocation: 'nothing; /introspect answers from the lease',
  }),
  parameters,
  open: (tools) => ({
    prepare: (chosen) => {
      checkClaims(chosen, tools);
      return {
        backend: {},
        inMemory: true,
        issue: async (mint) => {
          const token = await tools.sign('at+jwt', {
            ...filled(chosen, mint),
            ...standardClaims(mint, chosen),
          });
          return {
            credentials: [
              {
                name: mint.role,
                kind: 'bearer-token',
                expiresAt: mint.expiresAt,
                fields: { token: new Secret(token) },
              },
            ],
            credentialExpiresAt: mint.expiresAt,
            revokeData: {},
          };
        },
      };
    },
    revoke: () => Promise.resolve(),
  }),
};

function checkClaims({ claims = {} }: Parameters, { tellsClaim }: EngineTools): void {
  for (const [name, value] of Object.entries(claims)) {
    const strange = templatesOf(value)
      .flatMap((template) => template.claims)
      .find((claim) => !tellsClaim(claim));
    if (strange !== undefined)
      throw new ParameterError(['claims', name], `no issuer of this broker tells the claim ${strange}`);
  }
}

function templatesOf(value: ClaimValue): readonly ClaimTemplate[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' ? [value] : [];
}

/** The role's own claims. @throws Refusal when the ID token lacks one that they take */
function filled({ claims = {} }: Parameters, { claims: told }: Mint): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]): [string, unknown] => {
      if (Array.isArray(value)) return [name, value.map((template) => template.fill(told))];
      return [name, typeof value === 'object' ? value.fill(told) : value];
    }),
  );
}

/** RFC 9068 §2.2. There are no registered clients: the session takes the client's place. */
function standardClaims(mint: Mint, { audience, cnf }: Parameters): Record<string, unknown> {
  return {
    aud: audience,
    sub: mint.claims.claims['sub'],
    client_id: mint.sessionId,
    jti: mint.leaseId,
    iat: Math.floor(mint.issuedAt.getTime() / 1000),
    exp: Math.floor(mint.expiresAt.getTime() / 1000),
    role: mint.role,
    // RFC 9449 §6.1: only who has the session's proof key may use it.
    ...(cnf === true && { cnf: { jkt: mint.claims.thumbprint } }),
  };
}
