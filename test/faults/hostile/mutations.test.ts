import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { keyBoundAudience, sha256 } from '../../../src/protocol/dpop.ts';
import { decodeBase64url } from '../../../src/protocol/base64url.ts';
import { detailType, idTokenType, tokenExchange } from '../../../src/protocol/token-exchange.ts';
import { publicUrl } from '../../support/broker/test-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import type { Claims } from '../../support/issuer.ts';

// Many requests, and the machine may be busy.
jest.setTimeout(120_000);

let broker: WatchedBroker;

beforeAll(async () => {
  broker = await startWatchedBroker();
});

afterAll(() => broker.stop());

/** A job's key, of which a test signs whatever it wants. */
const pair = generateKeyPairSync('ed25519');
const publicJwk = pair.publicKey.export({ format: 'jwk' }) as Record<string, string>;
const thumbprint = await calculateJwkThumbprint(publicJwk);

/** One request in parts that a test can change, each before the next is made of it. */
interface Parts {
  tokenClaims: Claims;
  tokenHeader: Claims;
  form: Record<string, string | undefined>;
  proofClaims: Claims;
  proofHeader: Claims;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

type Change = Partial<{ [Name in keyof Parts]: (usual: Parts[Name]) => Parts[Name] }>;

let runs = 0;

/** Sends what is valid but for the change. Every run is a job of its own, so that none stands in another's way. */
async function send(change: Change): Promise<number> {
  const at = broker.world.clock.now();
  const seconds = Math.floor(at.getTime() / 1000);
  const made = <Name extends keyof Parts>(name: Name, usual: Parts[Name]): Parts[Name] =>
    change[name]?.(usual) ?? usual;
  const subject_token = await broker.github.mint({
    at,
    claims: made('tokenClaims', {
      aud: keyBoundAudience(publicUrl, thumbprint),
      check_run_id: String(++runs),
    }),
    header: made('tokenHeader', {}),
  });
  const form = made('form', {
    grant_type: tokenExchange,
    subject_token,
    subject_token_type: idTokenType,
    authorization_details: JSON.stringify([{ type: detailType, role: 'deploy-prod' }]),
    revocation_handle_hash: sha256(String(runs)),
  });
  const fields = Object.entries(form).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  const signedBody = new URLSearchParams(fields).toString();
  const proofClaims = made('proofClaims', {
    jti: `proof-${String(runs)}`,
    htm: 'POST',
    htu: `${publicUrl}/token`,
    iat: seconds,
    bh: sha256(signedBody),
  });
  const header = made('proofHeader', { typ: 'dpop+jwt', alg: 'EdDSA', jwk: publicJwk });
  const proof = await new SignJWT(proofClaims)
    .setProtectedHeader({ alg: 'EdDSA', ...header })
    .sign(pair.privateKey);
  const method = made('method', 'POST');
  const body = made('body', signedBody);
  const request = new Request(made('url', `${publicUrl}/token`), {
    method,
    headers: made('headers', { 'content-type': 'application/x-www-form-urlencoded', dpop: proof }),
    ...(['GET', 'HEAD'].includes(method) ? {} : { body }),
  });
  return (await broker.handle(request, { peer: '192.0.2.1' })).status;
}

/** Told by the request itself: neither too many requests nor a failure of ours. */
const refusals = [400, 401, 403, 404, 405, 415];

/** Nothing is granted, whatever comes of the generator. */
async function neverGranted<T>(
  values: fc.Arbitrary<T>,
  change: (value: T) => Change,
  numRuns = 60,
): Promise<void> {
  const before = broker.mark();
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      expect(refusals).toContain(await send(change(value)));
    }),
    { numRuns },
  );
  expect(broker.mark()).toBe(before);
}

/** Any JSON value, those that are nearly right among them. */
function otherThan(usual: unknown): fc.Arbitrary<unknown> {
  const near =
    typeof usual === 'string'
      ? [usual.toUpperCase(), `${usual} `, `${usual}\u0000`, [usual], usual.slice(1)]
      : [];
  return fc
    .oneof(
      fc.constantFrom<unknown>(undefined, null, '', 0, true, [], {}, ...near),
      fc.string({ unit: 'binary' }),
      fc.jsonValue(),
    )
    .filter((value) => JSON.stringify(value) !== JSON.stringify(usual) && isWhole(value));
}

/** GitHub takes capital and small letters of an environment's name for the same. */
function isSameEnvironment(value: unknown, usual: unknown): boolean {
  return typeof value === 'string' && value.toLowerCase() === usual;
}

/** Half characters cannot be written in UTF-8; what is written in their place is another value. */
function isWhole(value: unknown): boolean {
  return JSON.stringify([value]).isWellFormed();
}

test('the request that is changed here is granted as it is', async () => {
  expect(await send({})).toBe(200);
});

describe('a request is never granted when one thing is changed and all else is signed anew:', () => {
  const bound = keyBoundAudience(publicUrl, thumbprint);

  test.each<[string, unknown]>([
    ['iss', 'https://token.actions.githubusercontent.com'],
    ['aud', bound],
    ['repository_id', '456789'],
    ['repository_owner_id', '123456'],
    ['ref', 'refs/heads/main'],
    ['environment', 'production'],
    ['run_id', undefined],
    ['run_attempt', undefined],
  ])('the claim %s of the ID token', async (name, usual) => {
    const values =
      usual === undefined
        ? otherThan('1').filter((value) => typeof value !== 'string' || !/^[0-9]{1,24}$/.test(value))
        : otherThan(usual).filter((value) => name !== 'environment' || !isSameEnvironment(value, usual));
    await neverGranted(values, (value) => ({ tokenClaims: (claims) => ({ ...claims, [name]: value }) }));
  });

  test.each(['exp', 'iat', 'nbf', 'jti', 'sub', 'cnf'])(
    'the claim %s, by what is not of its type',
    async (name) => {
      const texts = ['jti', 'sub'].includes(name);
      const values = otherThan('usual').filter((value) =>
        name === 'cnf'
          ? value !== undefined
          : name === 'nbf'
            ? value !== undefined && typeof value !== 'number'
            : texts
              ? typeof value !== 'string' || value === ''
              : typeof value !== 'number',
      );
      await neverGranted(values, (value) => ({ tokenClaims: (claims) => ({ ...claims, [name]: value }) }));
    },
  );

  test.each([
    ['typ', 'JWT'],
    ['kid', 'its own'],
  ])('the member %s of the ID token’s header', async (name, usual) => {
    const values = otherThan(usual).filter((value) => name !== 'typ' || value !== undefined);
    await neverGranted(values, (value) => ({ tokenHeader: () => ({ [name]: value }) }));
  });

  test.each(['zip', 'enc', 'jku', 'x5u', 'x5c', 'jwk'])('a header of the ID token with %s', async (name) => {
    const values = otherThan('usual').filter((value) => value !== undefined);
    await neverGranted(values, (value) => ({ tokenHeader: () => ({ [name]: value }) }), 30);
  });

  test.each<[string]>([['grant_type'], ['subject_token'], ['subject_token_type'], ['authorization_details']])(
    'the parameter %s',
    async (name) => {
      const values = fc.oneof(fc.constant(undefined), fc.string({ unit: 'grapheme' }), fc.json());
      const usual = [tokenExchange, idTokenType, 'urn:ietf:params:oauth:token-type:jwt'];
      await neverGranted(
        values.filter((value) => value === undefined || !usual.includes(value)),
        (value) => ({ form: (form) => ({ ...form, [name]: value }) }),
      );
    },
  );

  test.each([
    'revocation_handle_hash',
    'encrypt_to',
    'requested_token_type',
    'resource',
    'audience',
    'scope',
    'actor_token',
    'actor_token_type',
    'dry_run',
    'session_id',
  ])('the parameter %s, by what is not acceptable there', async (name) => {
    const values = fc
      .string({ unit: 'grapheme' })
      .filter((value) => decodeBase64url(value)?.length !== 32 && value !== 'false' && value !== publicUrl);
    await neverGranted(values, (value) => ({ form: (form) => ({ ...form, [name]: value }) }));
  });

  test.each<[string, unknown]>([
    ['htm', 'POST'],
    ['htu', `${publicUrl}/token`],
    ['bh', undefined],
    ['qh', undefined],
    ['camara:bh', undefined],
  ])('the claim %s of the proof', async (name, usual) => {
    const values = otherThan(usual).filter(
      (value) => value !== undefined || usual !== undefined || name === 'bh',
    );
    await neverGranted(values, (value) => ({ proofClaims: (claims) => ({ ...claims, [name]: value }) }));
  });

  test.each(['iat', 'jti'])('the claim %s of the proof, by what is not of its type', async (name) => {
    const values = otherThan('usual').filter((value) =>
      name === 'iat'
        ? typeof value !== 'number' || Math.abs(value) < 1e9
        : typeof value !== 'string' || value === '',
    );
    await neverGranted(values, (value) => ({ proofClaims: (claims) => ({ ...claims, [name]: value }) }));
  });

  test.each([
    ['typ', 'dpop+jwt'],
    ['jwk', publicJwk],
  ])('the member %s of the proof’s header', async (name, usual) => {
    await neverGranted(otherThan(usual), (value) => ({
      proofHeader: (header) => ({ ...header, [name]: value }),
    }));
  });

  test.each(['kty', 'crv', 'x', 'd', 'k', 'p'])('the member %s of the proof’s key', async (name) => {
    const values = otherThan(publicJwk[name]).filter((value) => value !== undefined || name in publicJwk);
    await neverGranted(values, (value) => ({
      proofHeader: (header) => ({ ...header, jwk: { ...publicJwk, [name]: value } }),
    }));
  });
});

describe('a request is never granted when after it was signed there is changed', () => {
  test('any octet of its body', async () => {
    await neverGranted(
      fc.tuple(fc.nat(), fc.integer({ min: 0x21, max: 0x7e })),
      ([place, code]) => ({
        body: (body) => {
          const at = place % body.length;
          const other = String.fromCharCode(
            code === body.charCodeAt(at) ? (code === 0x7e ? 0x21 : code + 1) : code,
          );
          return body.slice(0, at) + other + body.slice(at + 1);
        },
      }),
      300,
    );
  });

  test('the length of its body', async () => {
    await neverGranted(fc.oneof(fc.nat(), fc.string({ minLength: 1 })), (more) => ({
      body: (body) => (typeof more === 'string' ? `${body}&${more}` : body.slice(0, more % body.length)),
    }));
  });

  test('its method', async () => {
    await neverGranted(
      fc.constantFrom('GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'QUERY'),
      (method) => ({
        method: () => method,
      }),
    );
  });

  test('its path or query', async () => {
    const others = fc
      .oneof(
        fc.constantFrom(
          '/token/',
          '/TOKEN',
          '//token',
          '/./token/x',
          '/token?',
          '/token?x',
          '/token;x',
          '/token%2F',
          '/revoke',
          '/credentials',
          '/',
        ),
        fc.webQueryParameters().map((query) => `/token?${query}`),
        fc.webPath(),
      )
      .filter(
        (path) => new URL(publicUrl + path).pathname !== '/token' || new URL(publicUrl + path).search !== '',
      )
      .filter((path) => !['', '/', '/healthz', '/readyz'].includes(path) || path === '/');
    await neverGranted(others, (path) => ({ url: () => publicUrl + path }));
  });

  test('its content type, its DPoP header, or what else it says by header', async () => {
    const changes = fc.constantFrom<(usual: Record<string, string>) => Record<string, string>>(
      ({ dpop = '' }) => ({ dpop }),
      ({ dpop = '' }) => ({ dpop, 'content-type': 'application/json' }),
      ({ dpop = '' }) => ({ dpop, 'content-type': 'multipart/form-data' }),
      ({ 'content-type': type = '' }) => ({ 'content-type': type }),
      (usual) => ({ ...usual, dpop: `${usual['dpop'] ?? ''}, ${usual['dpop'] ?? ''}` }),
      (usual) => ({ ...usual, dpop: '' }),
      (usual) => ({ ...usual, authorization: 'Bearer x' }),
      (usual) => ({ ...usual, authorization: '' }),
      (usual) => ({ ...usual, 'content-encoding': 'gzip' }),
      (usual) => ({ ...usual, 'ephemeral-creds-version': '2' }),
    );
    await neverGranted(changes, (change) => ({ headers: change }));
  });
});

test('the request that was changed is granted still', async () => {
  expect(await send({})).toBe(200);
});
