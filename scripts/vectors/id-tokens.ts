import { createHmac } from 'node:crypto';
import { base64url, keyNamed, publicUrl, signed, signingInput, time, type Json } from './by-hand.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const kid = 'vector-key';
const header = { typ: 'JWT', alg: 'RS256', kid };
const { thumbprint } = keyNamed('job');
const bound = `${publicUrl}/jkt/${thumbprint}`;

const claims = {
  jti: 'vector-id-token',
  iss: issuer,
  aud: bound,
  sub: 'repo:octo-org/octo-repo:environment:production',
  iat: time - 5,
  nbf: time - 605,
  exp: time + 295,
  repository: 'octo-org/octo-repo',
  repository_id: '456789',
  repository_owner: 'octo-org',
  repository_owner_id: '123456',
  ref: 'refs/heads/main',
  environment: 'production',
  event_name: 'push',
  run_id: '9876543210',
  run_attempt: '1',
  runner_environment: 'github-hosted',
  check_run_id: '5544332211',
};

/** The ID token that the requests carry. */
export const idToken = signed(signingInput(header, claims), 'issuer');

interface Wrong {
  readonly claims?: Json;
  readonly header?: Json;
  readonly jws?: (jws: string) => string;
  readonly reason?: string;
}

function wrong(name: string, change: Wrong): Json {
  const all = { ...claims, jti: `vector-${name}`, ...change.claims };
  const jws = signed(signingInput({ ...header, ...change.header }, all), 'issuer');
  const reason = change.reason === undefined ? {} : { reason: change.reason };
  return { name, key: 'job', jws: change.jws?.(jws) ?? jws, error: 'invalid_grant', ...reason };
}

/** The public key's octets taken for a shared secret. */
function confused(jws: string): string {
  const [, body = ''] = jws.split('.');
  const input = `${base64url(JSON.stringify({ ...header, alg: 'HS256' }))}.${body}`;
  const mac = createHmac('sha256', JSON.stringify(keyNamed('issuer').public_jwk))
    .update(input)
    .digest();
  return `${input}.${base64url(mac)}`;
}

function wrongTokens(): Json[] {
  const [audience, other, signature] = ['audience-mismatch', 'token-bound-to-other-key', 'signature'];
  return [
    wrong('the audience without a key', { claims: { aud: publicUrl }, reason: audience }),
    wrong('bound to another key', {
      claims: { aud: `${publicUrl}/jkt/${keyNamed('another-job').thumbprint}` },
      reason: other,
    }),
    wrong('for another broker', {
      claims: { aud: `https://other.example.com/jkt/${thumbprint}` },
      reason: audience,
    }),
    wrong('something behind the thumbprint', { claims: { aud: `${bound}/` }, reason: other }),
    wrong('two audiences', { claims: { aud: [bound, 'https://other.example.com'] }, reason: audience }),
    wrong('31 s past its end', { claims: { exp: time - 31 }, reason: 'token-expired' }),
    wrong('older than ten minutes', {
      claims: { iat: time - 631, nbf: time - 631 },
      reason: 'token-too-old',
    }),
    wrong('of the future', { claims: { iat: time + 31, nbf: time + 31 } }),
    wrong('of another issuer', {
      claims: { iss: 'https://evil.example.com' },
      reason: 'issuer-unknown',
    }),
    wrong('of an issuer that is almost right', { claims: { iss: `${issuer}/` }, reason: 'issuer-unknown' }),
    wrong('a key that the issuer does not have', { header: { kid: 'another' }, reason: signature }),
    wrong('alg none', {
      header: { alg: 'none' },
      jws: (jws) => jws.slice(0, jws.lastIndexOf('.') + 1),
    }),
    wrong('the public key as an HMAC secret', { jws: confused, reason: signature }),
    wrong('a claim that was changed', {
      jws: (jws) => {
        const [head = '', , mac = ''] = jws.split('.');
        return [head, base64url(JSON.stringify({ ...claims, environment: 'staging' })), mac].join('.');
      },
      reason: signature,
    }),
    wrong('no jti', { claims: { jti: undefined } }),
    wrong('a key in its header', { header: { jwk: keyNamed('issuer').public_jwk } }),
    wrong('the address of a key in its header', { header: { jku: 'https://evil.example.com/keys' } }),
  ];
}

export function idTokensFile(): Json {
  const { public_jwk: jwk } = keyNamed('issuer');
  return {
    about:
      'ID tokens of an issuer that binds by audience (`key-bound-audience`), presented at `time` with a proof by the key named, at a broker whose public URL is `public_url`.',
    time,
    public_url: publicUrl,
    issuer,
    jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'RS256' }] },
    audiences: [
      ...['job', 'another-job', 'job-p256'].map((key) => ({
        key,
        audience: publicUrl,
        bound: `${publicUrl}/jkt/${keyNamed(key as 'job').thumbprint}`,
      })),
      {
        key: 'job',
        audience: 'https://example.com/creds',
        bound: `https://example.com/creds/jkt/${thumbprint}`,
      },
      { key: 'job', audience: 'urn:example:broker', bound: `urn:example:broker/jkt/${thumbprint}` },
    ],
    valid: [{ name: 'bound to the job’s key', key: 'job', header, claims, jws: idToken }],
    invalid: wrongTokens(),
  };
}
