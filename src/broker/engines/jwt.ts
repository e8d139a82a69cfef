import { z } from 'zod';
import { text } from '../../domain/yaml-values.ts';
import { Secret } from '../../domain/secret.ts';
import { fullMatch } from '../../domain/pattern.ts';
import type { Engine, Mint } from './engine.ts';

/** Claims that this engine sets itself. */
const own = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'role', 'cnf'];

const parameters = z.strictObject({
  audience: text,
  claims: z
    .record(
      z.string().refine((name) => fullMatch(/[A-Za-z][A-Za-z0-9_:./-]{0,127}/, name) && !own.includes(name), {
        error: `choose another name; the engine sets ${own.join(', ')} itself`,
      }),
      z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
    )
    .optional(),
});

/**
 * JWT access tokens (RFC 9068) signed with the broker's key: a resource server checks them against
 * `/.well-known/jwks.json`, and asks `/introspect` where it must know at once that one was revoked.
 */
export const jwt: Engine<z.output<typeof parameters>> = {
  name: 'jwt',
  promises: () => ({
    minTtlSeconds: 5,
    maxTtlSeconds: 86_400,
    revocability: 'immediate',
    revocation: 'nothing; /introspect answers from the lease',
  }),
  parameters,
  open: ({ sign }) => ({
    prepare: ({ audience, claims }) => ({
      backend: {},
      inMemory: true,
      issue: async (mint) => {
        const token = await sign('at+jwt', { ...claims, ...standardClaims(mint, audience) });
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
    }),
    revoke: () => Promise.resolve(),
  }),
};

/** RFC 9068 §2.2. There are no registered clients: the session takes the client's place. */
function standardClaims(mint: Mint, audience: string): Record<string, unknown> {
  return {
    aud: audience,
    sub: mint.claims.claims['sub'],
    client_id: mint.sessionId,
    jti: mint.leaseId,
    iat: Math.floor(mint.issuedAt.getTime() / 1000),
    exp: Math.floor(mint.expiresAt.getTime() / 1000),
    role: mint.role,
  };
}
