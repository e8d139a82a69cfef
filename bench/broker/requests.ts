// The requests of the benchmark, ready to be sent: signing costs more than verifying, so it is done beforehand.
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { SignJWT, type CryptoKey } from 'jose';
import { keyBoundAudience, makeProof, makeProofKey, sha256 } from '../../src/protocol/dpop.ts';
import { detailType, idTokenType, tokenExchange } from '../../src/protocol/token-exchange.ts';
import type { Claims, ListeningIssuer } from '../../test/support/issuer.ts';

export interface Prepared {
  readonly body: string;
  /** Undefined: it needs none. */
  readonly proof?: string;
  /** By default `/token`. */
  readonly path?: string;
  /** By which what it borrows is given back; undefined: it borrows nothing. */
  readonly handle?: string;
}

export type Kind = 'good' | 'bad tokens' | 'unknown repositories' | 'bad proofs';

/** A platform numbers its runs as they come, so the rows of jobs that borrow at one time lie near one another. */
let latestRun = Date.now();

/** So many of one kind, each of another job with a key of its own. Good for a minute. */
export async function prepare(
  kind: Kind,
  count: number,
  { url, issuer }: { readonly url: string; readonly issuer: ListeningIssuer },
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (let index = 0; index < count; index++) {
    const key = makeProofKey();
    latestRun += randomInt(1, 20);
    const claims: Claims = { run_id: String(latestRun), check_run_id: String(3 * latestRun) };
    if (kind === 'unknown repositories') claims['repository_id'] = String(900_000 + index);
    const token = await issuer.mint({ audience: keyBoundAudience(url, key.thumbprint), claims });
    const handle = randomBytes(32).toString('base64url');
    const body = new URLSearchParams({
      grant_type: tokenExchange,
      subject_token: kind === 'bad tokens' ? spoilt(token) : token,
      subject_token_type: idTokenType,
      authorization_details: JSON.stringify([{ type: detailType, role: 'deploy' }]),
      revocation_handle_hash: sha256(handle),
    }).toString();
    const proof = makeProof(key, { method: 'POST', url: `${url}/token`, body, at: new Date() });
    prepared.push({ body, proof: kind === 'bad proofs' ? spoilt(proof) : proof, handle });
  }
  return prepared;
}

/** So many requests of one client with private_key_jwt (RFC 7523) and a proof, each by a key of its own. */
export async function prepareAssertions(
  count: number,
  { url, key: clientKey }: { readonly url: string; readonly key: CryptoKey },
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (let index = 0; index < count; index++) {
    const claims = { iss: 'ci', sub: 'ci', aud: url, jti: randomUUID() };
    const assertion = new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).setIssuedAt();
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'ci',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion.setExpirationTime('5m').sign(clientKey),
    }).toString();
    const proof = makeProof(makeProofKey(), {
      method: 'POST',
      url: `${url}/token`,
      body,
      at: new Date(),
    });
    prepared.push({ body, proof });
  }
  return prepared;
}

/** In form, up to the signature. */
function spoilt(jws: string): string {
  const [header = '', claims = '', signature = ''] = jws.split('.');
  const octets = Buffer.from(signature, 'base64url');
  octets.writeUInt8(octets.readUInt8(9) ^ 1, 9);
  return `${header}.${claims}.${octets.toString('base64url')}`;
}
