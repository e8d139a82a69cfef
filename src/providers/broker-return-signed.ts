import type { HttpAnswer } from '../domain/host.ts';
import type { IdToken } from '../domain/id-token.ts';
import { keyBoundAudience } from '../protocol/dpop.ts';
import { revocationForm } from '../protocol/revocation.ts';
import { makeSigner, sendSigned } from '../protocol/signed-request.ts';
import type { WayBack } from './way-back.ts';

interface Asking extends Omit<WayBack, 'idToken'> {
  readonly idToken: (audience: string) => Promise<IdToken>;
}

/** Asks the broker to take back by an ID token that is bound to a key of this process; each call takes another one. */
export function askByIdToken(
  url: URL,
  leaseIds: readonly string[],
  { call, audience, idToken }: Asking,
): () => Promise<HttpAnswer> {
  return async () => {
    const signer = makeSigner();
    const { token } = await idToken(keyBoundAudience(audience, signer.key.thumbprint));
    const body = revocationForm('id-token', token.reveal(), leaseIds);
    return sendSigned({ url, body, signer }, call);
  };
}
