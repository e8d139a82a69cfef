import type { JWK } from 'jose';
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { revocabilities, type Lease, type Loan, type RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { assertDeliverable, credentialFromWire } from './credential-wire.ts';
import type { Decrypt } from './encryption.ts';
import { answerRequestId, idPattern, jsonObject } from './json-answer.ts';
import { isObject, member, parseStrictJson } from './json.ts';
import { idTokenType } from './revocation.ts';

export { idTokenType };

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
export const detailType = 'ephemeral_credential';

/** A role's name as PROTOCOL.md allows it. */
export const rolePattern = /[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/;

/** What POST /token is asked (RFC 8693 §2.1, RFC 9396 §2, PROTOCOL.md). */
export interface ExchangeRequest {
  readonly idToken: string;
  readonly roles: readonly RoleRequest[];
  readonly ttlSeconds?: number;
  /** The leases end when so many seconds pass without a heartbeat; 10 to 3600. */
  readonly heartbeatSeconds?: number;
  /** The job's own, as OpenSSH writes it: for roles that certify one. */
  readonly publicKey?: string;
  /** Base64url SHA-256 of the revocation handle. */
  readonly handleHash: string;
  /** Public key for which the credentials are to be encrypted. */
  readonly encryptTo: JWK;
}

/** One authorization detail (RFC 9396 §2): a role, how long its lease may live at most, and how long without a heartbeat. */
export function detailFor(
  role: string,
  {
    ttlSeconds,
    heartbeatSeconds,
    publicKey,
  }: Pick<ExchangeRequest, 'ttlSeconds' | 'heartbeatSeconds' | 'publicKey'>,
): Record<string, unknown> {
  return {
    type: detailType,
    role,
    ...(ttlSeconds === undefined ? {} : { ttl: ttlSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeat: heartbeatSeconds }),
    ...(publicKey === undefined ? {} : { public_key: publicKey }),
  };
}

/** The request's form body. */
export function exchangeForm(request: ExchangeRequest): string {
  const details = request.roles.map(({ role }) => detailFor(role, request));
  return new URLSearchParams({
    grant_type: tokenExchange,
    subject_token: request.idToken,
    subject_token_type: idTokenType,
    authorization_details: JSON.stringify(details),
    revocation_handle_hash: request.handleHash,
    encrypt_to: JSON.stringify(request.encryptTo),
  }).toString();
}

/**
 * Reads a 200 answer: every role that was asked for, no other, each with an end and its credentials.
 * @param now the time of arrival, from which `expires_in` counts: the broker's clock may differ from ours
 * @throws CredsError `answer-invalid` or `credential-unusable`; what was lent must then be given back
 */
export async function readLoan(
  answer: HttpAnswer,
  asked: readonly RoleRequest[],
  opening: Opening,
): Promise<Loan> {
  const body = jsonObject(answer);
  const type = member(body, 'token_type');
  // Case does not count (RFC 6749 §5.1).
  if (typeof type !== 'string' || type.toLowerCase() !== 'dpop') throw invalid('without token_type DPoP');
  const details = member(body, 'authorization_details');
  if (!Array.isArray(details) || details.length !== asked.length)
    throw invalid('with another number of roles than asked');
  const leases: Lease[] = [];
  for (const request of asked) {
    const found = details.filter((detail) => isObject(detail) && member(detail, 'role') === request.role);
    if (found.length !== 1) throw invalid('without a role that was asked for');
    leases.push(await readLease(found[0] as Record<string, unknown>, request, opening));
  }
  assertDeliverable(leases.flatMap(({ credentials }) => credentials));
  const sessionId = member(body, 'session_id');
  const requestId = answerRequestId(answer, body);
  return {
    leases,
    ...(typeof sessionId === 'string' && fullMatch(idPattern, sessionId) ? { sessionId } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

export interface Opening {
  readonly decrypt: Decrypt;
  readonly now: Date;
}

/** A year: beyond some number of seconds there is no date. */
const longestSeconds = 366 * 86_400;

/**
 * Reads one entry of `authorization_details`.
 * @throws CredsError `answer-invalid` or `credential-unusable`; what was lent must then be given back
 */
export async function readLease(
  detail: Record<string, unknown>,
  request: RoleRequest,
  opening: Opening,
): Promise<Lease> {
  const id = member(detail, 'lease_id');
  const seconds = member(detail, 'expires_in');
  const revocability = revocabilities.find((name) => name === member(detail, 'revocability'));
  if (typeof id !== 'string' || !fullMatch(idPattern, id)) throw invalid('with a lease that has no id');
  if (!Number.isInteger(seconds) || Math.abs(seconds as number) > longestSeconds)
    throw invalid('with a lease that has no usable expires_in');
  if (revocability === undefined) throw invalid('with a lease of unknown revocability');
  const expiresAt = new Date(opening.now.getTime() + (seconds as number) * 1000);
  const entries = await credentialEntries(detail, opening.decrypt);
  return {
    id,
    expiresAt,
    revocability,
    ...request,
    credentials: entries.map((entry) => credentialFromWire(entry, expiresAt)),
  };
}

async function credentialEntries(detail: Record<string, unknown>, decrypt: Decrypt): Promise<unknown[]> {
  const jwe = member(detail, 'credentials_jwe');
  let entries = member(detail, 'credentials');
  if (typeof jwe === 'string') {
    try {
      entries = parseStrictJson(await decrypt(jwe));
    } catch (cause) {
      throw new CredsError('answer-invalid', 'The credentials could not be decrypted.', { cause });
    }
  }
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > 10)
    throw invalid('without credentials');
  return entries as unknown[];
}

function invalid(what: string): CredsError {
  return new CredsError('answer-invalid', `The server sent an answer ${what}.`);
}
