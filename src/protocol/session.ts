// What a job may do in a session that it has opened (PROTOCOL.md, Session, renewal, heartbeat).
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { revocabilities, type Lease, type ReturnedLease, type RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { makeEncryptionKey } from './encryption.ts';
import type { Call } from './http.ts';
import { member } from './json.ts';
import { refusal, refusedFor } from './oauth-error.ts';
import { leaseStates } from './revocation.ts';
import { sendSigned, type SignedRequest, type Signer } from './signed-request.ts';
import { idPattern, jsonObject } from './json-answer.ts';
import { idTokenType } from './revocation.ts';
import { detailFor, readLease, tokenExchange } from './token-exchange.ts';

/** A broker and the key by which a job speaks to it. */
export interface Peer {
  /** The broker's URL. */
  readonly base: string;
  readonly signer: Signer;
}

/** A session that runs, as POST /token opened or extended it. */
export interface Session extends Peer {
  readonly id: string;
  readonly accessToken: Secret;
  /** Until then the access token counts; the session itself may last longer, see `extendSession`. */
  readonly accessExpiresAt: Date;
}

/**
 * Reads the session out of POST /token's 200 answer.
 * @throws CredsError `answer-invalid`
 */
export function readSession(answer: HttpAnswer, { base, signer }: Peer, now: Date): Session {
  const body = jsonObject(answer);
  const [id, token, seconds] = ['session_id', 'access_token', 'expires_in'].map((name) => member(body, name));
  if (
    typeof id !== 'string' ||
    !fullMatch(idPattern, id) ||
    typeof token !== 'string' ||
    !fullMatch(/[\x21-\x7e]{1,4096}/, token) ||
    !Number.isSafeInteger(seconds)
  )
    throw new CredsError('answer-invalid', 'The server sent an answer without a usable session.');
  const accessExpiresAt = new Date(now.getTime() + (seconds as number) * 1000);
  return { base, signer, id, accessToken: new Secret(token), accessExpiresAt };
}

/** A further credential, or one in place of another. */
export interface Further {
  readonly request: RoleRequest;
  readonly ttlSeconds?: number;
  /** The lease ends when so many seconds pass without a heartbeat; 10 to 3600. */
  readonly heartbeatSeconds?: number;
  /** 1 to 128 of `A-Za-z0-9._:-`. The same again is the same request: what it brought before is taken back. */
  readonly requestId: string;
  /** Id of the lease that this one renews; it lives for 60 s more at most. */
  readonly replaces?: string;
}

/**
 * POST /credentials: borrows one more role, or renews a lease. The credential comes encrypted to a key of this call.
 * @throws CredsError; with `retryAfterSeconds` where the same may be asked again
 */
export async function borrowFurther(session: Session, further: Further, call: Call): Promise<Lease> {
  const { request, requestId, replaces } = further;
  const { publicJwk, decrypt } = makeEncryptionKey();
  const body = JSON.stringify({
    authorization_detail: detailFor(request.role, further),
    request_id: requestId,
    encrypt_to: publicJwk,
    ...(replaces === undefined ? {} : { replaces }),
  });
  const answer = await inSession(
    session,
    { path: '/credentials', body, contentType: 'application/json' },
    call,
  );
  const entry = jsonObject(expected(201, answer, session, call));
  if (member(entry, 'role') !== request.role)
    throw new CredsError('answer-invalid', 'The server lent another role than was asked for.');
  return readLease(entry, request, { decrypt, now: call.host.clock.now() });
}

/**
 * POST /token with the session's id: a new access token; the old one is dead. It ends no later than it would have.
 * @param idToken of the same job, for the same key
 */
export async function extendSession(session: Session, idToken: Secret, call: Call): Promise<Session> {
  const body = new URLSearchParams({ ...exchangeOf(idToken), session_id: session.id }).toString();
  const { base, signer } = session;
  const answer = await sendSigned({ url: new URL(`${base}/token`), signer, body }, call);
  const extended = readSession(expected(200, answer, session, call), session, call.host.clock.now());
  if (extended.id !== session.id)
    throw new CredsError('answer-invalid', 'The server extended another session than was asked for.');
  return extended;
}

/** POST /sessions/heartbeat: leases that were borrowed with a heartbeat live on. */
export async function sendHeartbeat(session: Session, call: Call): Promise<void> {
  const answer = await inSession(session, { path: '/sessions/heartbeat', body: '' }, call);
  expected(204, answer, session, call);
}

/** How a lease stands; never what was lent. */
export interface LeaseState extends ReturnedLease {
  readonly role: string;
}

/** GET /credentials/{lease_id}. @returns undefined for a lease that is not this session's */
export async function leaseState(
  session: Session,
  leaseId: string,
  call: Call,
): Promise<LeaseState | undefined> {
  const answer = await inSession(session, { path: `/credentials/${encodeURIComponent(leaseId)}` }, call);
  if (answer.status === 404 && refusedFor(answer).error === 'not_found') return undefined;
  const now = call.host.clock.now();
  const body = jsonObject(expected(200, answer, session, call));
  const [id, role, seconds] = ['lease_id', 'role', 'expires_in'].map((name) => member(body, name));
  const state = leaseStates.find((name) => name === member(body, 'state'));
  const revocability = revocabilities.find((name) => name === member(body, 'revocability'));
  if (
    id !== leaseId ||
    typeof role !== 'string' ||
    !Number.isSafeInteger(seconds) ||
    state === undefined ||
    revocability === undefined
  )
    throw new CredsError('answer-invalid', 'The server sent a lease in a form that is not the protocol’s.');
  return { id, role, state, revocability, expiresAt: new Date(now.getTime() + (seconds as number) * 1000) };
}

function exchangeOf(idToken: Secret): Record<string, string> {
  return {
    grant_type: tokenExchange,
    subject_token: idToken.reveal(),
    subject_token_type: idTokenType,
  };
}

type InSession = Pick<SignedRequest, 'body' | 'contentType'> & { readonly path: string };

function inSession(
  { base, signer, accessToken }: Session,
  { path, ...content }: InSession,
  call: Call,
): Promise<HttpAnswer> {
  return sendSigned({ url: new URL(base + path), signer, accessToken, ...content }, call);
}

/** @throws CredsError; with `freshIdToken` where the session has to be extended first */
function expected(status: number, answer: HttpAnswer, { base }: Peer, call: Call): HttpAnswer {
  if (answer.status === status) return answer;
  const refused = refusal(answer, new URL(base).host, call.host.clock.now());
  if (refusedFor(answer).error !== 'invalid_token') throw refused;
  const { code, message, requestId } = refused;
  const known = requestId === undefined ? {} : { requestId };
  throw new CredsError(code, message, { ...known, freshIdToken: true });
}
