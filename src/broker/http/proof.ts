import { checkProof, parseProof, ProofError, type CheckedProof } from '../../protocol/dpop-check.ts';
import type { CompactJws } from '../../protocol/compact-jws.ts';
import { member } from '../../protocol/json.ts';
import type { Broker } from '../commands/broker.ts';
import type { Passage } from '../domain/passage.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Connection } from './connection.ts';
import { nonceHolds } from './nonce.ts';

/** A request as it was received, with all that a proof speaks of. */
export interface Received {
  readonly request: Request;
  readonly body: Uint8Array;
  readonly connection: Connection;
  readonly passage: Passage;
  /** `/token`, `/credentials/lse_…`: what was asked for, below the public URL. */
  readonly path: string;
  /** The variable parts of the path by name. */
  readonly params: Readonly<Record<string, string>>;
}

export interface RequestProof extends CheckedProof {
  /** The public URL at which the request came in. */
  readonly publicUrl: string;
}

/** The one DPoP header, taken apart. @throws Refusal `invalid_dpop_proof` */
export function proofHeader(request: Request): CompactJws {
  const text = request.headers.get('dpop');
  if (text === null) throw new Refusal('invalid_dpop_proof', 'the request has no DPoP header');
  if (text.includes(','))
    throw new Refusal('invalid_dpop_proof', 'the request has more than one DPoP header');
  return told(() => parseProof(text));
}

/**
 * Checks that the proof was made for this request, when it is its network's turn.
 * @throws Refusal `invalid_dpop_proof`; `use_dpop_nonce`; `rate_limited` when too many wait to be verified
 */
export async function checkRequestProof(
  broker: Broker,
  received: Received,
  { proof, accessToken }: { readonly proof: CompactJws; readonly accessToken?: string },
): Promise<RequestProof> {
  const { request, body, path, passage } = received;
  const nonce = checkNonce(broker, proof);
  const query = queryOf(received);
  try {
    const { thumbprint, jti, url } = await passage.verify(() =>
      checkProof(proof, {
        method: request.method,
        urls: broker.publicUrls.map((publicUrl) => publicUrl + path),
        // A GET has no content to hash (PROTOCOL.md, The proof).
        ...(request.method === 'POST' ? { body } : {}),
        bodyHash: broker.bodyHash,
        now: broker.host.clock.now(),
        ...(query === undefined ? {} : { query }),
        ...(accessToken === undefined ? {} : { accessToken }),
      }),
    );
    return { thumbprint, jti, url, publicUrl: url.slice(0, -path.length), ...nonce };
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What a proof says of a nonce counts only where one is asked for. Cheaper than the signature, so it comes first. */
function checkNonce({ nonceKey, host }: Broker, { claims }: CompactJws): { readonly nonce?: string } {
  if (nonceKey === undefined) return {};
  const nonce = member(claims, 'nonce');
  if (typeof nonce !== 'string' || !nonceHolds(nonceKey, nonce, host.clock.now()))
    throw new Refusal('use_dpop_nonce', 'the proof needs the nonce of this answer’s DPoP-Nonce');
  return { nonce };
}

/** The octets after `?`; undefined when there is none. */
function queryOf({ request, connection }: Received): string | undefined {
  const target = connection.target ?? request.url;
  const at = target.indexOf('?');
  return at === -1 ? undefined : target.slice(at + 1);
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof ProofError)) return error;
  return new Refusal(
    'invalid_dpop_proof',
    error.message,
    error.reason === undefined ? {} : { reason: error.reason },
  );
}
