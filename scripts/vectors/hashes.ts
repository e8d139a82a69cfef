import { accessToken, handle, sha256, type Json } from './by-hand.ts';

const of = (what: string, text: string): Json => ({ what, text, sha256: sha256(text) });

export function hashesFile(): Json {
  return {
    about:
      'Base64url without padding (RFC 4648 §5) of the SHA-256 of the text in UTF-8: `bh` over the content, `qh` over the query, `ath` over the access token, `revocation_handle_hash` over the 43 characters of the handle.',
    hashes: [
      of('bh of an empty body', ''),
      of('bh of a form', 'grant_type=x&a=%C3%A4'),
      of('bh of JSON', '{"transaction_id":"txn_1"}'),
      of('bh of octets outside ASCII', '{"name":"é€😀"}'),
      of('qh', 'trace=1&x=%20'),
      of('qh of an empty query', ''),
      of('ath', accessToken),
      of('revocation_handle_hash', handle),
    ],
  };
}
