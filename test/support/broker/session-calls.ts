import { randomUUID } from 'node:crypto';
import { makeProof, type ProofKey, type ProofTarget } from '../../../src/protocol/dpop.ts';
import { detailType } from '../../../src/protocol/token-exchange.ts';
import type { Answer, Borrower } from './borrower.ts';
import { publicUrl } from './test-broker.ts';

/** One request as it is sent, and as its proof says it is. */
export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accessToken?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the proof says in place of the truth. */
  readonly proof?: Partial<ProofTarget>;
  /** Who signs; the job's own key if absent. */
  readonly key?: ProofKey;
  /** This proof, whatever it was made for; the empty text: none. */
  readonly ready?: string;
}

/** A proof for this request. */
export function proofFor(job: Borrower, call: Call): string {
  const { method = 'POST', path, body = '', accessToken } = call;
  return makeProof(call.key ?? job.key, {
    method,
    url: publicUrl + path,
    at: job.broker.world.clock.now(),
    ...(method === 'POST' ? { body } : {}),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...call.proof,
  });
}

/** Sends the request with the access token in its header. */
export async function send(job: Borrower, call: Call): Promise<Answer> {
  const { method = 'POST', path, body = '', accessToken, contentType } = call;
  const proof = call.ready ?? proofFor(job, call);
  const headers = {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(accessToken === undefined ? {} : { authorization: `DPoP ${accessToken}` }),
    ...(proof === '' ? {} : { dpop: proof }),
    ...call.headers,
  };
  const request = new Request(publicUrl + path, { method, headers, ...(method === 'POST' ? { body } : {}) });
  const response = await job.broker.handle(request, { peer: '192.0.2.1' });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** POST /credentials as a call; members that are undefined are left out. */
export function credentialsCall(accessToken: string, members: Readonly<Record<string, unknown>> = {}): Call {
  const json = {
    authorization_detail: { type: detailType, role: 'app-ro' },
    request_id: randomUUID(),
    ...members,
  };
  return { path: '/credentials', accessToken, contentType: 'application/json', body: JSON.stringify(json) };
}

/** Borrows one thing more. */
export function borrowMore(
  job: Borrower,
  accessToken: string,
  members: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return send(job, credentialsCall(accessToken, members));
}

/** GET /credentials/{lease_id}. */
export function leaseState(job: Borrower, accessToken: string, leaseId: string): Promise<Answer> {
  return send(job, { method: 'GET', path: `/credentials/${leaseId}`, accessToken });
}

/** POST /sessions/heartbeat. */
export function beat(job: Borrower, accessToken: string): Promise<Answer> {
  return send(job, { path: '/sessions/heartbeat', accessToken });
}

/** POST /token with `session_id`. */
export function extend(
  job: Borrower,
  sessionId: unknown,
  form: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  return job.borrow({ form: { authorization_details: undefined, session_id: String(sessionId), ...form } });
}

export function tokenOf(answer: Answer): string {
  return String(answer.body['access_token']);
}

/** The lease id of an answer of POST /credentials. */
export function leaseIdOf(answer: Answer): string {
  return String(answer.body['lease_id']);
}

/** A role's detail with more in it. */
export function detail(role: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { type: detailType, role, ...more };
}
