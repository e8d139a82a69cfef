/** A FAKE of the two servers that a job on GitHub meets: the ID-token endpoint and a broker that keeps its leases. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { answer, json } from './faults.ts';
import type { Behaviour } from './faulty-server.ts';

type Json = Record<string, unknown>;

/** How an ID token differs from the usual one. */
export interface IdTokenChanges {
  readonly claims?: Json;
  readonly at?: Date;
}

/** A token in the right form with a signature that nobody has made: the client does not verify it. */
export function idTokenText(audience: string, { claims = {}, at = new Date() }: IdTokenChanges = {}): string {
  const issued = Math.floor(at.getTime() / 1000);
  const payload = {
    jti: randomUUID(),
    aud: audience,
    iss: 'https://token.actions.githubusercontent.com',
    iat: issued,
    exp: issued + 300,
    repository: 'octo-org/octo-repo',
    ref: 'refs/heads/main',
    environment: 'production',
    ...claims,
  };
  const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}.${randomBytes(64).toString('base64url')}`;
}

/** Answers a request for an ID token as GitHub does: for the audience that is asked for. */
export function mintIdToken(changes: IdTokenChanges = {}): Behaviour {
  return (exchange) => {
    const audience = new URL(exchange.request.path, 'http://x').searchParams.get('audience') ?? '';
    json({ value: idTokenText(audience, changes) })(exchange);
  };
}

interface Lent {
  readonly id: string;
  readonly role: string;
  readonly hash: string;
  readonly token: string;
  alive: boolean;
}

/** The answer to POST /token, to be changed before it is sent. */
export type Loan = Json & { authorization_details: Json[] };

/** A broker that knows what it has lent under which handle. */
export class Lender {
  readonly lent: Lent[] = [];
  readonly #closed = new Set<string>();

  /** What lives now. */
  get alive(): string[] {
    return this.lent.filter(({ alive }) => alive).map(({ id }) => id);
  }

  /** Lends what is asked for; the same handle again takes back what it had. */
  readonly lend: Behaviour = (exchange) => {
    this.lendChanged((loan) => loan)(exchange);
  };

  /** Lends, and answers something else than the truth. */
  lendChanged(change: (loan: Loan) => unknown): Behaviour {
    return (exchange) => {
      const loan = this.mint(exchange.request.body);
      if (loan === undefined) refuse(403, 'access_denied', 'denied')(exchange);
      else json(change(loan), { headers: { 'x-request-id': 'req_1' } })(exchange);
    };
  }

  /** Lends, and then something happens to the answer. */
  lendAnd(then: Behaviour): Behaviour {
    return (exchange) => {
      this.mint(exchange.request.body);
      then(exchange);
    };
  }

  /** POST /revoke, by handle or for all by ID token. */
  readonly takeBack: Behaviour = (exchange) => {
    const form = new URLSearchParams(exchange.request.body);
    const token = form.get('token') ?? '';
    const byHandle = form.get('token_type_hint')?.endsWith('revocation-handle') === true;
    const hash = sha256(token);
    if (byHandle) this.#closed.add(hash);
    const mine = this.lent.filter((lent) => !byHandle || lent.hash === hash);
    for (const lent of mine) lent.alive = false;
    const leases = mine.map(({ id }) => ({
      lease_id: id,
      state: 'revoked',
      revocability: 'immediate',
      expires_at: new Date(Date.now() + 900_000).toISOString(),
    }));
    json({ leases })(exchange);
  };

  mint(body: string): Loan | undefined {
    const form = new URLSearchParams(body);
    const hash = form.get('revocation_handle_hash') ?? '';
    // Given back before it was lent: a tombstone.
    if (this.#closed.has(hash)) return undefined;
    for (const earlier of this.lent) if (earlier.hash === hash) earlier.alive = false;
    const asked = JSON.parse(form.get('authorization_details') ?? '[]') as { role: string; ttl?: number }[];
    const details = asked.map(({ role, ttl = 900 }) => {
      const lent = { id: `lse_${randomUUID()}`, role, hash, token: secretText(), alive: true };
      this.lent.push(lent);
      return {
        type: 'ephemeral_credential',
        role,
        lease_id: lent.id,
        expires_in: ttl,
        revocability: 'immediate',
        credentials: [{ name: role, kind: 'bearer-token', token: lent.token }],
      };
    });
    return {
      token_type: 'DPoP',
      access_token: 'ecs_of-nobody',
      session_id: 'ses_1',
      expires_in: 900,
      authorization_details: details,
    };
  }
}

/** The credentials of a loan replaced by others. */
export function lending(...credentials: Json[]): (loan: Loan) => Loan {
  return (loan) => ({
    ...loan,
    authorization_details: loan.authorization_details.map((detail) => ({ ...detail, credentials })),
  });
}

/** The credential of each role, as it goes over the wire; one that is not named lends a bearer token. */
export function lendingByRole(roles: Readonly<Record<string, Json>>): (loan: Loan) => Loan {
  return (loan) => ({
    ...loan,
    authorization_details: loan.authorization_details.map((detail) => {
      const role = String(detail['role']);
      return roles[role] === undefined
        ? detail
        : { ...detail, credentials: [{ name: role, ...roles[role] }] };
    }),
  });
}

/** A refusal in the protocol's form. */
export function refuse(status: number, error: string, reason?: string, more: Json = {}): Behaviour {
  const body = { error, ...(reason === undefined ? {} : { reason }), request_id: 'req_refused', ...more };
  return answer({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function secretText(): string {
  return `tok-${randomBytes(24).toString('base64url')}`;
}
