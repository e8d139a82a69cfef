import {
  accessToken,
  base64url,
  keyNamed,
  publicUrl,
  sha256,
  signed,
  signFrozen,
  signingInput,
  time,
  tokenUrl,
  type Json,
} from './by-hand.ts';

interface Request {
  readonly method: string;
  readonly url: string;
  readonly query?: string;
  readonly body?: string;
  readonly access_token?: string;
}

const post: Request = { method: 'POST', url: tokenUrl, body: 'grant_type=x&a=%C3%A4' };
const jwk = keyNamed('job').public_jwk;
const header = { typ: 'dpop+jwt', alg: 'Ed25519', jwk };
const jti = base64url('vector-proof-jti');

/** The claims in the order in which they are signed. */
export function claimsFor({ method, url, query, body, access_token: token }: Request, more: Json = {}): Json {
  return {
    jti,
    htm: method,
    htu: url,
    ...(body === undefined ? {} : { bh: sha256(body) }),
    ...(query === undefined ? {} : { qh: sha256(query) }),
    ...(token === undefined ? {} : { ath: sha256(token) }),
    ...more,
    iat: time,
  };
}

function valid(name: string, request: Request, more: Json = {}): Json {
  const claims = claimsFor(request, more);
  const input = signingInput(header, claims);
  return { name, key: 'job', request, header, claims, signing_input: input, jws: signed(input, 'job') };
}

function withHeader(name: string, key: 'job' | 'job-p256', alg: string): Json {
  const own = { typ: 'dpop+jwt', alg, jwk: keyNamed(key).public_jwk };
  const claims = claimsFor(post);
  const input = signingInput(own, claims);
  const jws = key === 'job' ? signed(input, key) : signFrozen(input, key, 'proofs.json');
  return { name, key, request: post, header: own, claims, signing_input: input, jws };
}

function validProofs(): Json[] {
  return [
    valid('a form', post),
    valid('an empty body', {
      method: 'POST',
      url: `${publicUrl}/sessions/heartbeat`,
      body: '',
      access_token: accessToken,
    }),
    valid('GET has no bh', {
      method: 'GET',
      url: `${publicUrl}/credentials/lse_1`,
      access_token: accessToken,
    }),
    valid('a query', { ...post, query: 'trace=1&x=%20' }),
    valid('an empty query', { ...post, query: '' }),
    valid('octets outside ASCII', { ...post, body: '{"name":"é€😀"}' }),
    valid('a public URL with a path', { ...post, url: 'https://example.com/creds/token' }),
    valid('a nonce', post, { nonce: 'a-nonce-of-the-broker' }),
    valid('members that nobody knows are passed over', post, { colour: 'blue' }),
    aliased('the names of the CAMARA profile', {}),
    withHeader('the older name of Ed25519', 'job', 'EdDSA'),
    withHeader('P-256', 'job-p256', 'ES256'),
    { ...valid('60 s old', post), time: time + 60 },
    { ...valid('60 s ahead', post), time: time - 60 },
  ];
}

function aliased(name: string, more: Json): Json {
  const { bh, ...claims } = claimsFor({ ...post, query: 'a=1' });
  const { qh, ...rest } = claims;
  const all = { ...rest, 'camara:bh': bh, 'camara:qh': qh, ...more };
  const input = signingInput(header, all);
  const request = { ...post, query: 'a=1' };
  return { name, key: 'job', request, header, claims: all, signing_input: input, jws: signed(input, 'job') };
}

interface Wrong {
  readonly header?: Json | string;
  readonly claims?: Json | string;
  readonly request?: Partial<Request>;
  readonly time?: number;
  readonly jws?: (jws: string) => string;
  readonly reason?: 'proof-time' | 'proof-body' | 'proof-target';
}

function wrong(name: string, change: Wrong): Json {
  const claims = change.claims ?? claimsFor(post);
  const jws = signed(signingInput(change.header ?? header, claims), 'job');
  return {
    name,
    request: { ...post, ...change.request },
    ...(change.time === undefined ? {} : { time: change.time }),
    jws: change.jws?.(jws) ?? jws,
    error: 'invalid_dpop_proof',
    ...(change.reason === undefined ? {} : { reason: change.reason }),
  };
}

const without = (name: string): Json =>
  Object.fromEntries(Object.entries(claimsFor(post)).filter(([claim]) => claim !== name));

function segments(change: (parts: string[]) => string[]): (jws: string) => string {
  return (jws) => change(jws.split('.')).join('.');
}

/** The same octets, with the last character's unused bits set: no canonical base64url. */
function otherSpelling(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + String(alphabet[alphabet.indexOf(part.slice(-1)) + 1]);
}

function wrongTargets(): Json[] {
  const query = { ...post, query: 'a=1' };
  return [
    wrong('61 s old', { time: time + 61, reason: 'proof-time' }),
    wrong('61 s ahead', { time: time - 61, reason: 'proof-time' }),
    wrong('another body', { request: { body: 'grant_type=x&a=b' }, reason: 'proof-body' }),
    wrong('no bh', { claims: without('bh'), reason: 'proof-body' }),
    wrong('bh with padding', {
      claims: { ...claimsFor(post), bh: `${sha256(post.body ?? '')}=` },
      reason: 'proof-body',
    }),
    wrong('bh on GET', {
      request: { method: 'GET' },
      claims: claimsFor({ ...post, method: 'GET' }),
      reason: 'proof-body',
    }),
    wrong('another method', { request: { method: 'PUT' }, reason: 'proof-target' }),
    wrong('another path', { request: { url: `${publicUrl}/revoke` }, reason: 'proof-target' }),
    wrong('another host', { request: { url: 'https://broker2.example.com/token' }, reason: 'proof-target' }),
    wrong('htu with the query', {
      claims: claimsFor({ ...post, url: `${tokenUrl}?a=1` }),
      request: { query: 'a=1' },
      reason: 'proof-target',
    }),
    wrong('htu with a slash more', {
      claims: claimsFor({ ...post, url: `${tokenUrl}/` }),
      reason: 'proof-target',
    }),
    wrong('a query that was not signed', { request: { query: 'a=1' }, reason: 'proof-target' }),
    wrong('a query that is not there', { claims: claimsFor(query), reason: 'proof-target' }),
    wrong('bh and camara:bh differ', {
      claims: claimsFor(post, { 'camara:bh': sha256('') }),
      reason: 'proof-body',
    }),
    wrong('no ath', { request: { access_token: accessToken } }),
    wrong('ath of another token', {
      request: { access_token: accessToken },
      claims: claimsFor({ ...post, access_token: `${accessToken}x` }),
    }),
  ];
}

function wrongForms(): Json[] {
  const { public_jwk: p256 } = keyNamed('job-p256');
  const { private_jwk: privateJwk } = keyNamed('job');
  // The neutral element of the curve: 0·B = R + k·A for every k where R and A are it.
  const one = Buffer.from([1, ...Buffer.alloc(31)]);
  const flip = (mac: string): string => (mac.startsWith('A') ? 'B' : 'A') + mac.slice(1);
  const flipped = segments(([head = '', body = '', mac = '']) => [head, body, flip(mac)]);
  return [
    wrong('no jti', { claims: without('jti') }),
    wrong('a jti of 257 characters', { claims: { ...claimsFor(post), jti: 'j'.repeat(257) } }),
    wrong('no iat', { claims: without('iat') }),
    wrong('iat as text', { claims: { ...claimsFor(post), iat: String(time) } }),
    wrong('a nonce that is no text', { claims: claimsFor(post, { nonce: 1 }) }),
    wrong('typ JWT', { header: { ...header, typ: 'JWT' } }),
    wrong('alg none', {
      header: { ...header, alg: 'none' },
      jws: segments(([head = '', body = '']) => [head, body, '']),
    }),
    wrong('alg HS256', { header: { ...header, alg: 'HS256' } }),
    wrong('alg and key of different kinds', { header: { ...header, jwk: p256 } }),
    wrong('a private key in the header', { header: { ...header, jwk: privateJwk } }),
    wrong('no key in the header', { header: { typ: 'dpop+jwt', alg: 'Ed25519' } }),
    wrong('a key of low order, under which a careless verifier takes this signature of anything', {
      header: { ...header, jwk: { ...jwk, x: base64url(one) } },
      jws: segments(([head = '', body = '']) => [
        head,
        body,
        base64url(Buffer.concat([one, Buffer.alloc(32)])),
      ]),
    }),
    wrong('another key’s signature', { header: { ...header, jwk: keyNamed('another-job').public_jwk } }),
    wrong('a signature that was changed', { jws: flipped }),
    wrong('crit', { header: { ...header, crit: ['exp'] } }),
    wrong('a member twice', { claims: JSON.stringify(claimsFor(post)).replace('{', '{"iat":1,') }),
    wrong('padding', { jws: segments((parts) => parts.map((part) => `${part}=`)) }),
    wrong('another spelling of the same signature', {
      jws: segments(([head = '', body = '', mac = '']) => [head, body, otherSpelling(mac)]),
    }),
    wrong('two segments', { jws: segments((parts) => parts.slice(0, 2)) }),
  ];
}

export function proofsFile(): Json {
  return {
    about:
      'DPoP proofs (RFC 9449 with bh and qh), judged at `time`, else at the file’s. `url` is the endpoint without query, `query` the octets behind `?`, `body` the content in UTF-8.',
    time,
    valid: validProofs(),
    invalid: [...wrongTargets(), ...wrongForms()],
  };
}
