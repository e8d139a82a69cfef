// A STAND-IN for the platform's ID-token endpoint and a lender, as functions: the endpoint mints real tokens, the
// lender speaks the wire of PROTOCOL.md far enough for one job, encrypts to the key that it was given, and remembers.
import { createHash } from 'node:crypto';
import type { Credential } from '../../../src/domain/credential.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import { credentialToWire } from '../../../src/protocol/credential-wire.ts';
import { encryptTo, readEncryptionKey } from '../../../src/protocol/jwe.ts';
import { credentialOf } from '../credentials.ts';
import { makeIssuer, type Claims } from '../issuer.ts';
import { inputVariables } from '../runner-env.ts';
import { jsonAnswer, type Server } from './world.ts';
import { brokerUrl } from './entries.ts';

const tokenHost = 'run-actions-1.actions.githubusercontent.com';

export interface Stage {
  readonly server: Server;
  /** Environment of a job that may ask for ID tokens here. */
  readonly env: (inputs?: Readonly<Record<string, string>>) => Record<string, string>;
  /** Credentials by role, as they were lent last. */
  readonly lent: Map<string, readonly Credential[]>;
  /** Hashes of the handles under which something is alive. */
  readonly alive: Set<string>;
  /** Fields of what the lender was asked, by path. */
  readonly asked: { readonly path: string; readonly form: Record<string, string> }[];
  /** Every ID token that was minted. */
  readonly minted: string[];
}

export interface StageOptions {
  /** What each role lends; a bearer token where it is not named. */
  readonly roles?: Readonly<Record<string, () => readonly Credential[]>>;
  /** Laid over each authorization detail of the answer. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Answers in place of the lender, for so long as it does. */
  readonly instead?: (request: HttpRequest) => HttpAnswer | undefined;
  readonly claims?: Claims;
  readonly now?: () => Date;
}

export async function makeStage(options: StageOptions = {}): Promise<Stage> {
  const issuer = await makeIssuer();
  const stage: Omit<Stage, 'server' | 'env'> = { lent: new Map(), alive: new Set(), asked: [], minted: [] };
  const at = options.now ?? (() => new Date('2026-11-20T16:00:00Z'));

  const mint = async ({ url }: HttpRequest): Promise<HttpAnswer> => {
    const claims = options.claims ?? {};
    const value = await issuer.mint({ audience: url.searchParams.get('audience') ?? '', at: at(), claims });
    stage.minted.push(value);
    return jsonAnswer({ value });
  };

  const lend = async (form: Record<string, string>): Promise<HttpAnswer> => {
    const key = await readEncryptionKey(form['encrypt_to'] ?? '');
    const asked = JSON.parse(form['authorization_details'] ?? '[]') as { role: string; ttl?: number }[];
    if (key === undefined) return jsonAnswer({ error: 'invalid_request' }, 400);
    stage.alive.add(form['revocation_handle_hash'] ?? '');
    const details = asked.map(async ({ role, ttl = 900 }, index) => {
      const credentials = options.roles?.[role]?.() ?? [credentialOf('bearer-token')];
      stage.lent.set(role, credentials);
      return {
        type: 'ephemeral_credential',
        role,
        lease_id: `lse_${String(index + 1)}`,
        expires_in: ttl,
        revocability: 'immediate',
        credentials_jwe: await encryptTo(key, JSON.stringify(credentials.map(credentialToWire))),
        ...options.detail,
      };
    });
    const authorization_details = await Promise.all(details);
    return jsonAnswer({
      access_token: 'ecs_x',
      token_type: 'DPoP',
      session_id: 'ses_1',
      request_id: 'req_1',
      authorization_details,
    });
  };

  const revoke = ({ token = '' }: Record<string, string>): HttpAnswer => {
    const known = stage.alive.delete(createHash('sha256').update(token).digest('base64url'));
    const lease = { state: 'revoked', revocability: 'immediate', expires_at: '2026-11-20T16:15:00Z' };
    const ids = [...stage.lent.keys()].map((_, index) => `lse_${String(index + 1)}`);
    return jsonAnswer({ leases: known ? ids.map((lease_id) => ({ lease_id, ...lease })) : [] });
  };

  const server: Server = async (request) => {
    const { url } = request;
    if (url.host === tokenHost) return mint(request);
    if (url.origin !== brokerUrl) return undefined;
    const form = Object.fromEntries(new URLSearchParams(request.body));
    stage.asked.push({ path: url.pathname, form });
    const other = options.instead?.(request);
    if (other !== undefined) return other;
    return url.pathname === '/token' ? lend(form) : revoke(form);
  };

  const env = (inputs: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `https://${tokenHost}/x?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    ...inputVariables({ 'broker-url': brokerUrl, role: 'deploy', ...inputs }),
  });
  return { ...stage, server, env };
}
