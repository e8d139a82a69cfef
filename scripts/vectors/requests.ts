import { createHmac } from 'node:crypto';
import { accessToken, handle, idTokenType, publicUrl, sha256, time, type Json } from './by-hand.ts';
import { idToken } from './id-tokens.ts';
import { handleType, leastForm, recipient, request, roles, tokenForm } from './request.ts';
import { wrongForms } from './wrong-forms.ts';

const lent = (role: string, more: Json = {}): Json => ({
  type: 'ephemeral_credential',
  role,
  expires_in: 900,
  revocability: 'immediate',
  ...more,
});
const opened = (...details: Json[]): Json => ({
  status: 200,
  body: {
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'DPoP',
    expires_in: 900,
    authorization_details: details,
  },
});
const nothing = { status: 200, body: { leases: [] } };
const details = (...list: Json[]): [string, string] => ['authorization_details', JSON.stringify(list)];

function atToken(): Json[] {
  const two = [...roles, { type: 'ephemeral_credential', role: 'app-ro', ttl: 300 }];
  return [
    request('borrow', { path: '/token', fields: tokenForm, expect: opened(lent('deploy-prod')) }),
    request('borrow with the least that there must be', {
      path: '/token',
      fields: leastForm,
      expect: opened(lent('deploy-prod', { credentials: [{ kind: 'bearer-token' }] })),
    }),
    request('borrow two roles, one of them for five minutes', {
      path: '/token',
      fields: [...leastForm.slice(0, 3), details(...two)],
      expect: opened(lent('deploy-prod'), lent('app-ro', { expires_in: 300 })),
    }),
    request('parameters that nobody knows are passed over', {
      path: '/token',
      fields: [...leastForm, ['client_id', 'anything'], ['colour', 'blue'], ['audience', publicUrl]],
      expect: opened(lent('deploy-prod')),
    }),
    request('spaces are written as +', {
      path: '/token',
      fields: [...leastForm.slice(0, 3), ['authorization_details', JSON.stringify(roles, undefined, 1)]],
      expect: opened(lent('deploy-prod')),
    }),
    request('dry run', {
      path: '/token',
      fields: [...leastForm, ['dry_run', 'true']],
      expect: { status: 200, body: { authorization_details: [{ role: 'deploy-prod', decision: 'allow' }] } },
    }),
  ];
}

function inSession(): Json[] {
  const stale = { status: 401, body: { error: 'invalid_token' } };
  const detail = { type: 'ephemeral_credential', role: 'app-ro', ttl: 600 };
  return [
    request('a further credential', {
      path: '/credentials',
      token: accessToken,
      json: { authorization_detail: detail, request_id: 'step-2', encrypt_to: recipient },
      expect: stale,
    }),
    request('a renewed credential', {
      path: '/credentials',
      token: accessToken,
      json: {
        authorization_detail: detail,
        request_id: 'step-3',
        encrypt_to: recipient,
        replaces: 'lse_0123456789abcdef01234567',
      },
      expect: stale,
    }),
    request('how a lease stands', {
      path: '/credentials/lse_0123456789abcdef01234567',
      method: 'GET',
      token: accessToken,
      expect: stale,
    }),
    request('heartbeat', { path: '/sessions/heartbeat', token: accessToken, expect: stale }),
  ];
}

function givingBack(): Json[] {
  const hint = (value: string): [string, string] => ['token_type_hint', value];
  return [
    request('give back by the handle', {
      path: '/revoke',
      proof: false,
      fields: [['token', handle], hint(handleType)],
      expect: nothing,
    }),
    request('give some leases back', {
      path: '/revoke',
      proof: false,
      fields: [['token', handle], hint(handleType), ['lease_id', 'lse_1'], ['lease_id', 'lse_2']],
      expect: nothing,
    }),
    request('give back by the access token', {
      path: '/revoke',
      fields: [['token', accessToken]],
      token: accessToken,
      inForm: true,
      expect: nothing,
    }),
    request('give back by an ID token of the job', {
      path: '/revoke',
      fields: [['token', idToken], hint(idTokenType)],
      expect: nothing,
    }),
  ];
}

const nonceKey = 'a nonce key that is long enough for anybody';

/** As broker.yaml's `nonce_key` makes them; how a broker makes its nonces is nobody else's business. */
function nonceOf(lifeSeconds: number, key = nonceKey): string {
  const head = Buffer.concat([Buffer.alloc(4), Buffer.alloc(16, 5)]);
  head.writeUInt32BE(time + lifeSeconds);
  const mac = createHmac('sha256', key).update('DPoP-Nonce').update(head).digest().subarray(0, 16);
  return Buffer.concat([head, mac]).toString('base64url');
}

function withNonces(): Json[] {
  const wanted = { status: 400, body: { error: 'use_dpop_nonce' }, headers: ['dpop-nonce'] };
  return [
    request('with the nonce that the broker gave', {
      path: '/token',
      fields: leastForm,
      nonce: nonceOf(120),
      expect: opened(lent('deploy-prod')),
    }),
    request('without a nonce', { path: '/token', fields: leastForm, expect: wanted }),
    request('with a nonce that is over', {
      path: '/token',
      fields: leastForm,
      nonce: nonceOf(0),
      expect: wanted,
    }),
    request('with a nonce of somebody else', {
      path: '/token',
      fields: leastForm,
      nonce: nonceOf(120, 'the nonce key of another broker, as long'),
      expect: wanted,
    }),
  ];
}

export function requestsFile(): Json {
  return {
    about:
      'Whole requests, octet by octet (`body` in UTF-8), with the ID token of id-tokens.json and proofs by the key `job`, and what a broker answers that has just started and whose policy grants this job `deploy-prod` and `app-ro`. `access_token` is nobody’s, so 401 invalid_token is right where it is presented; a wrong proof would be invalid_dpop_proof.',
    time,
    public_url: publicUrl,
    handle,
    handle_hash: sha256(handle),
    access_token: accessToken,
    valid: [...atToken(), ...inSession(), ...givingBack()],
    nonces: { nonce_key: nonceKey, requests: withNonces() },
    invalid: wrongForms(),
  };
}
