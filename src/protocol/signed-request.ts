import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Secret } from '../domain/secret.ts';
import { makeProof, makeProofKey, type ProofKey } from './dpop.ts';
import { exchange, type Call } from './http.ts';
import { refusedFor } from './oauth-error.ts';
import { plainHeaders } from './version-header.ts';

const longestAnswer = 1024 * 1024;

/** A key by which requests to one server are signed, and what that server has told us about signing. */
export interface Signer {
  readonly key: ProofKey;
  /** The latest DPoP-Nonce: good for one proof (RFC 9449 §8.2). */
  nonce?: string;
  /** How far the server's clock is ahead of ours, once it has refused a proof for its time. */
  aheadMs: number;
}

/** @param key left out, a key of its own is made */
export function makeSigner(key = makeProofKey()): Signer {
  return { key, aheadMs: 0 };
}

/** A request that carries a proof. Without a body it is a GET. */
export interface SignedRequest {
  readonly url: URL;
  readonly signer: Signer;
  readonly body?: string;
  /** What the body is; a form if nothing is said. */
  readonly contentType?: 'application/json';
  readonly accessToken?: Secret;
}

/**
 * Sends with a proof, and signs once more where the server says which nonce or which time it wants.
 * @throws CredsError of `exchange`
 */
export async function sendSigned(request: SignedRequest, call: Call): Promise<HttpAnswer> {
  const tried = new Set<string>();
  for (;;) {
    const answer = await sendOnce(request, call);
    const cure = cureFor(answer, request, call);
    if (cure === undefined || tried.has(cure)) return answer;
    tried.add(cure);
  }
}

async function sendOnce({ url, signer, ...request }: SignedRequest, call: Call): Promise<HttpAnswer> {
  const { body, accessToken, contentType = 'application/x-www-form-urlencoded' } = request;
  const method = body === undefined ? 'GET' : 'POST';
  const { nonce } = signer;
  delete signer.nonce;
  const dpop = makeProof(signer.key, {
    method,
    url: url.href,
    at: new Date(call.host.clock.now().getTime() + signer.aheadMs),
    ...(body === undefined ? {} : { body }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(accessToken === undefined ? {} : { accessToken: accessToken.reveal() }),
  });
  const headers = {
    ...plainHeaders,
    dpop,
    ...(body === undefined ? {} : { 'content-type': contentType }),
    ...(accessToken === undefined ? {} : { authorization: `DPoP ${accessToken.reveal()}` }),
  };
  const content = body === undefined ? {} : { body };
  const answer = await exchange(call, { method, url, headers, ...content, maxBytes: longestAnswer });
  const given = answer.headers['dpop-nonce'];
  if (given !== undefined && fullMatch(/[\x21-\x7e]{1,512}/, given)) signer.nonce = given;
  return answer;
}

/** What signing once more may cure, with what has been learnt for it; undefined: nothing. */
function cureFor(answer: HttpAnswer, { url, signer }: SignedRequest, call: Call): string | undefined {
  if (answer.status !== 400 && answer.status !== 401) return undefined;
  const { error, reason } = refusedFor(answer);
  if (error === 'use_dpop_nonce' && signer.nonce !== undefined) return 'nonce';
  const at = Date.parse(answer.headers['date'] ?? '');
  if (reason !== 'proof-time' || Number.isNaN(at)) return undefined;
  signer.aheadMs = at - call.host.clock.now().getTime();
  const offBy = Math.round(signer.aheadMs / 1000);
  const direction = offBy < 0 ? 'ahead of' : 'behind';
  call.onWarning?.(
    `This runner’s clock is ${String(Math.abs(offBy))} s ${direction} ${url.host}; using its time.`,
  );
  return 'time';
}
