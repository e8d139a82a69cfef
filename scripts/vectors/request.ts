import {
  grant,
  handle,
  idTokenType,
  keyNamed,
  publicUrl,
  sha256,
  signed,
  signingInput,
  type Json,
} from './by-hand.ts';
import { idToken } from './id-tokens.ts';
import { claimsFor } from './proofs.ts';

export type Fields = readonly (readonly [string, string])[];

const formType = 'application/x-www-form-urlencoded';
export const handleType = 'urn:ephemeral-creds:revocation-handle';
export const roles = [{ type: 'ephemeral_credential', role: 'deploy-prod' }];
export const recipient = keyNamed('recipient').public_jwk;

/** The form of POST /token as our own client writes it. */
export const tokenForm: Fields = [
  ['grant_type', grant],
  ['subject_token', idToken],
  ['subject_token_type', idTokenType],
  ['authorization_details', JSON.stringify(roles)],
  ['revocation_handle_hash', sha256(handle)],
  ['encrypt_to', JSON.stringify(recipient)],
];

export const leastForm = tokenForm.slice(0, 4);

interface Content {
  readonly fields?: Fields;
  readonly json?: Json;
  /** Content as it is. */
  readonly text?: string;
}

interface Options extends Content {
  readonly path: string;
  readonly method?: 'GET';
  /** The access token that the proof speaks of. */
  readonly token?: string;
  /** The token stands in the form, not in Authorization. */
  readonly inForm?: true;
  readonly nonce?: string;
  /** Not every request carries a proof. */
  readonly proof?: false;
  /** What a broker that has just started answers. */
  readonly expect: Json;
}

/** A request with its headers, its content, and the answer that it should get. */
export function request(name: string, options: Options): Json {
  const { path, method = 'POST', token, nonce, fields, json } = options;
  const url = publicUrl + path;
  const form =
    fields === undefined ? undefined : new URLSearchParams(fields as [string, string][]).toString();
  const body =
    method === 'GET'
      ? undefined
      : (form ?? (json === undefined ? (options.text ?? '') : JSON.stringify(json)));
  const claims = claimsFor(
    {
      method,
      url,
      ...(body === undefined ? {} : { body }),
      ...(token === undefined ? {} : { access_token: token }),
    },
    { jti: `vector: ${name}`, ...(nonce === undefined ? {} : { nonce }) },
  );
  const header = { typ: 'dpop+jwt', alg: 'Ed25519', jwk: keyNamed('job').public_jwk };
  const type = json === undefined ? formType : 'application/json';
  return {
    name,
    method,
    url,
    headers: {
      accept: 'application/json',
      'ephemeral-creds-version': '1',
      ...(options.proof === false ? {} : { dpop: signed(signingInput(header, claims), 'job') }),
      ...(method === 'GET' ? {} : { 'content-type': type }),
      ...(token === undefined || options.inForm === true ? {} : { authorization: `DPoP ${token}` }),
    },
    ...(fields === undefined ? {} : { fields }),
    ...(json === undefined ? {} : { json }),
    ...(body === undefined ? {} : { body, content_length: Buffer.byteLength(body) }),
    expect: options.expect,
  };
}
