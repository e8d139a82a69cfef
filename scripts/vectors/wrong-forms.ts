import { grant, handle, keyNamed, publicUrl, type Json } from './by-hand.ts';
import { leastForm, recipient, request, type Fields } from './request.ts';

function wrong(name: string, error: string, fields: Fields, more: Json = {}): Json {
  return request(name, { path: '/token', fields, expect: { status: 400, body: { error, ...more } } });
}

const replaced = (name: string, value: string): Fields =>
  leastForm.map(([n, v]) => [n, n === name ? value : v]);
const without = (name: string): Fields => leastForm.filter(([n]) => n !== name);

/** Forms of POST /token that no broker takes. */
export function wrongForms(): Json[] {
  const bad = 'invalid_authorization_details';
  const detail = { type: 'ephemeral_credential', role: 'deploy-prod' };
  const asked = (...list: unknown[]): Fields => replaced('authorization_details', JSON.stringify(list));
  const p256 = keyNamed('recipient-p256');
  return [
    wrong('another grant type', 'unsupported_grant_type', replaced('grant_type', 'client_credentials')),
    wrong('no subject_token', 'invalid_request', without('subject_token')),
    wrong(
      'another subject_token_type',
      'invalid_request',
      replaced('subject_token_type', 'urn:ietf:params:oauth:token-type:saml2'),
    ),
    wrong('a parameter twice', 'invalid_request', [...leastForm, ['grant_type', grant]]),
    wrong('an actor token', 'invalid_request', [...leastForm, ['actor_token', 'x']]),
    wrong('scope', 'invalid_scope', [...leastForm, ['scope', 'openid']]),
    wrong('another audience', 'invalid_target', [...leastForm, ['audience', 'https://other.example.com']]),
    wrong('another resource', 'invalid_target', [...leastForm, ['resource', `${publicUrl}/`]]),
    wrong('no authorization_details', bad, without('authorization_details')),
    wrong('an empty list', bad, asked()),
    wrong(
      'eleven details',
      bad,
      asked(...Array.from({ length: 11 }, (_, n) => ({ ...detail, role: `r${String(n)}` }))),
    ),
    wrong('a role twice', bad, asked(detail, detail)),
    wrong('a member that nobody knows', bad, asked({ ...detail, tll: 60 })),
    wrong('another type', bad, asked({ ...detail, type: 'openid_credential' })),
    wrong('a role that is no name', bad, asked({ ...detail, role: '../etc' })),
    wrong('ttl as text', bad, asked({ ...detail, ttl: '900' })),
    wrong('a ttl below the minimum', bad, asked({ ...detail, ttl: 1 }), { reason: 'ttl-below-minimum' }),
    wrong('a handle instead of its hash, one character short', 'invalid_request', [
      ...leastForm,
      ['revocation_handle_hash', handle.slice(1)],
    ]),
    wrong('a private key to encrypt to', 'invalid_request', [
      ...leastForm,
      ['encrypt_to', JSON.stringify(p256.private_jwk)],
    ]),
    wrong('a key of low order to encrypt to', 'invalid_request', [
      ...leastForm,
      ['encrypt_to', JSON.stringify({ ...recipient, x: Buffer.alloc(32).toString('base64url') })],
    ]),
    request('a role that is not granted', {
      path: '/token',
      fields: asked({ ...detail, role: 'owned' }),
      expect: { status: 403, body: { error: 'access_denied', reason: 'denied' } },
    }),
    request('a role that there is not', {
      path: '/token',
      fields: asked({ ...detail, role: 'nowhere' }),
      expect: { status: 403, body: { error: 'access_denied', reason: 'denied' } },
    }),
  ];
}
