// https://developer.hashicorp.com/vault/api-docs/auth/jwt and https://openbao.org/api-docs/auth/jwt/
import { randomBytes } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Debt } from '../domain/intent.ts';
import type { Lease, Loan, Prospect } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { underIdentity } from '../protocol/client-identity.ts';
import { exchange, type Call } from '../protocol/http.ts';
import { isObject, member } from '../protocol/json.ts';
import { headersForLedger } from './kept-headers.ts';
import type { Exchange, Opening, Provider, Wish } from './provider.ts';
import { jsonOf, refusalOf } from './server-answer.ts';
import { identityForLedger } from './vault-identity.ts';
import { readVaultPlan, type VaultPlan } from './vault-plan.ts';
import { loginMeaning } from './vault-refusal.ts';
import { prospectOf, readSecrets, type VaultLogin } from './vault-secrets.ts';
import { batchId, longestAnswer, vaultHeaders } from './vault-wire.ts';

/**
 * Vault and OpenBao: a login by ID token, and what it reads. Everything that hangs on the login ends with it, so post
 * gives back the login; a batch token nobody can revoke.
 */
export const vault: Provider = { name: 'vault', configure };

function configure(wish: Wish): Exchange {
  const plan = readVaultPlan(wish);
  const endpoint = new URL(`${plan.base}/v1/auth/${plan.mount}/login`);
  return {
    audience: plan.audience,
    lender: endpoint.host,
    endpoint,
    lends: prospects(plan),
    bindsKey: false,
    open: () => open(plan, endpoint),
  };
}

function prospects({ role, lendsToken, secrets }: VaultPlan): Prospect[] {
  const login = lendsToken ? [{ name: role.role, kind: 'vault-token' as const }] : [];
  return [{ ...role, credentials: login }, ...secrets.map(prospectOf)];
}

function open(plan: VaultPlan, endpoint: URL): Opening {
  const { base: url, namespace, headers, identity } = plan;
  const id = randomBytes(8).toString('hex');
  let kept: Debt = {};
  return {
    audience: plan.audience,
    debt: {
      url,
      ...(namespace === undefined ? {} : { namespace }),
      ...headersForLedger(headers),
      ...identityForLedger(identity),
    },
    get kept() {
      return kept;
    },
    secrets: [],
    trade: async (idToken, given) => {
      const call = underIdentity(given, identity);
      const login = await logIn(plan, endpoint, { idToken, call });
      try {
        if (!login.isBatch) {
          kept = { token: login.token.reveal() };
          call.onOwed?.();
        }
        return await borrow(plan, { login, id }, call);
      } catch (error) {
        throw error instanceof CredsError ? error.asPartlyIssued() : error;
      }
    },
  };
}

interface Attempt {
  readonly idToken: IdToken;
  readonly call: Call;
}

async function logIn(plan: VaultPlan, url: URL, { idToken, call }: Attempt): Promise<VaultLogin> {
  const answer = await exchange(call, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...vaultHeaders(plan) },
    body: JSON.stringify({ role: plan.role.role, jwt: idToken.token.reveal() }),
    maxBytes: longestAnswer,
  });
  const now = call.host.clock.now();
  if (answer.status !== 200) {
    const meaning = loginMeaning(answer, plan, idToken);
    throw refusalOf(answer, { host: url.host, now, meaning });
  }
  return readLogin(answer, url.host, now);
}

function readLogin(answer: HttpAnswer, host: string, now: Date): VaultLogin {
  const auth = member(jsonOf(answer) ?? {}, 'auth');
  const token = isObject(auth) ? member(auth, 'client_token') : undefined;
  if (isObject(auth) && isObject(member(auth, 'mfa_requirement')))
    throw new CredsError('policy-denied', `${host} wants a second factor for this login, which no job has.`, {
      hint: 'Take the login of this role out of the server’s MFA enforcement.',
    });
  if (!isObject(auth) || typeof token !== 'string' || !fullMatch(/[\x21-\x7e]{1,8192}/, token))
    throw new CredsError('answer-invalid', `${host} sent an answer without a login.`);
  const seconds = member(auth, 'lease_duration');
  const uses = member(auth, 'num_uses');
  const entity = member(auth, 'entity_id');
  return {
    token: new Secret(token),
    expiresAt: new Date(now.getTime() + (typeof seconds === 'number' && seconds > 0 ? seconds : NaN) * 1000),
    isBatch: member(auth, 'token_type') === 'batch',
    uses: typeof uses === 'number' && uses > 0 ? uses : Infinity,
    entity: typeof entity === 'string' && entity !== '' ? entity : undefined,
  };
}

async function borrow(
  plan: VaultPlan,
  { login, id }: { readonly login: VaultLogin; readonly id: string },
  call: Call,
): Promise<Loan> {
  assertUsable(plan, login);
  if (login.isBatch)
    call.onWarning?.(
      `${new URL(plan.base).host} gave a batch token, which nobody can revoke: what it reads lives until it ends. Set \`token_type=service\` on the role ${plan.role.role}.`,
    );
  const leases = [loginLease(plan, login, id), ...(await readSecrets(plan, { login, id }, call))];
  return { leases, ...(login.entity === undefined ? {} : { account: login.entity }) };
}

function assertUsable({ role, secrets }: VaultPlan, { expiresAt, uses }: VaultLogin): void {
  if (Number.isNaN(expiresAt.getTime()))
    throw new CredsError('lease-unsuitable', `The login of ${role.role} never ends.`, {
      hint: 'Set `token_ttl` on the role, to `15m` for example.',
    });
  if (uses <= secrets.length)
    throw new CredsError('lease-unsuitable', `The login of ${role.role} may be used too few times.`, {
      hint: `Set \`token_num_uses\` on the role to 0, or to ${String(secrets.length + 1)} at least: one for each secret and one to give back. With the last use everything ends that was read.`,
    });
}

/** The login is owed also where the job does not get it: what was read hangs on it. */
function loginLease({ role, base, namespace, lendsToken }: VaultPlan, login: VaultLogin, id: string): Lease {
  const { token, expiresAt, isBatch } = login;
  const fields = { token, address: base, ...(namespace === undefined ? {} : { namespace }) };
  return {
    ...role,
    id: `${isBatch ? batchId : loginId}${id}`,
    expiresAt,
    revocability: isBatch ? 'expiry-only' : 'immediate',
    credentials: lendsToken ? [{ name: role.role, kind: 'vault-token', expiresAt, fields }] : [],
  };
}

const loginId = 'vault_';
