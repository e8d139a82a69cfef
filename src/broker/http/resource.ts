import { proofAlgorithms } from '../../protocol/dpop-check.ts';
import { fullMatch } from '../../domain/pattern.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Endpoint } from './endpoint.ts';

const algorithms = `algs="${proofAlgorithms.join(' ')}"`;

/**
 * An endpoint that is entered with an access token: what is wrong with token, proof or nonce is 401 there, and says so
 * in WWW-Authenticate (RFC 9449 §7.1). Every other refusal stays as it is.
 */
export function resourceEndpoint(endpoint: Endpoint): Endpoint {
  return async (broker, received, caller) => {
    try {
      return await endpoint(broker, received, caller);
    } catch (error) {
      throw error instanceof Refusal ? challenged(error) : error;
    }
  };
}

/**
 * The access token of `Authorization: DPoP …`.
 * @throws Refusal `invalid_token`; where there is no such header the challenge names no error (RFC 6750 §3.1)
 */
export function presentedToken(request: Request): string {
  const header = request.headers.get('authorization');
  if (header === null)
    throw new Refusal('invalid_token', 'the request has no access token', {
      challenge: `DPoP ${algorithms}`,
    });
  // RFC 9110 §11.1: the scheme's case does not count. Two headers would be joined by a comma, which no token has.
  if (!fullMatch(/dpop +[A-Za-z0-9._~+/-]+=*/i, header))
    throw new Refusal('invalid_token', 'Authorization must be DPoP and one access token');
  return header.slice(header.lastIndexOf(' ') + 1);
}

function challenged(refusal: Refusal): Refusal {
  const status = statuses[refusal.error];
  if (status === undefined || refusal.challenge !== undefined) return refusal;
  return new Refusal(refusal.error, refusal.message, {
    status,
    challenge: `DPoP error="${refusal.error}", ${algorithms}`,
    cause: refusal.cause,
    members: refusal.members,
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
  });
}

const statuses: Readonly<Partial<Record<Refusal['error'], number>>> = {
  invalid_token: 401,
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  insufficient_scope: 403,
};
