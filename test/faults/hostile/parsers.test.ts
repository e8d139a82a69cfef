import { describe, expect, jest, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { findIssuer } from '../../../src/broker/issuers/registry.ts';
import { recallClaims } from '../../../src/broker/issuers/remember-claims.ts';
import { parseIdToken } from '../../../src/broker/issuers/verify-id-token.ts';
import { Refusal } from '../../../src/broker/domain/refusal.ts';
import { Form } from '../../../src/broker/http/request-limits.ts';
import { readTokenRequest } from '../../../src/broker/http/token-request.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { HttpAnswer } from '../../../src/domain/host.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import { decodeBase64url } from '../../../src/protocol/base64url.ts';
import { MalformedJws, parseCompactJws } from '../../../src/protocol/compact-jws.ts';
import { checkProof, parseProof, ProofError } from '../../../src/protocol/dpop-check.ts';
import { makeEncryptionKey } from '../../../src/protocol/encryption.ts';
import { parseForm } from '../../../src/protocol/form.ts';
import { readEncryptionKey } from '../../../src/protocol/jwe.ts';
import { parseStrictJson } from '../../../src/protocol/json.ts';
import { readKeySet } from '../../../src/protocol/jwks.ts';
import { refusal } from '../../../src/protocol/oauth-error.ts';
import { readIssuedToken } from '../../../src/protocol/plain-exchange.ts';
import { plainRefusal } from '../../../src/protocol/plain-refusal.ts';
import { readRevocation } from '../../../src/protocol/revocation.ts';
import { detailType, idTokenType, readLoan, tokenExchange } from '../../../src/protocol/token-exchange.ts';

// Many values, and the machine may be busy.
jest.setTimeout(120_000);

const now = new Date('2026-11-20T12:00:00Z');
const runs = { numRuns: 300 };

/** Octets, text of every plane and JSON: what a stranger may send. */
const octets = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((each) => Buffer.from(each)),
  fc.string({ unit: 'binary', maxLength: 200 }).map((each) => Buffer.from(each)),
  fc.json({ maxDepth: 4 }).map((each) => Buffer.from(each)),
);
const texts = octets.map((each) => each.toString('latin1'));

/** Objects with some of these members, right, nearly right or anything at all. */
function objects(
  members: Readonly<Record<string, readonly unknown[]>>,
): fc.Arbitrary<Record<string, unknown>> {
  const models = Object.fromEntries(
    Object.entries(members).map(([name, likely]) => [
      name,
      fc.oneof(
        { arbitrary: fc.constantFrom(...likely), weight: 3 },
        { arbitrary: fc.jsonValue(), weight: 1 },
      ),
    ]),
  );
  return fc.record(models, { requiredKeys: [] });
}

type Kinds = readonly (abstract new (...args: never[]) => Error)[];

/** What comes of the work; whatever is thrown must be one of these, and never a mistake of the program. */
async function outcomeOf<T>(kinds: Kinds, work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const mistake = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
    if (mistake || !kinds.some((kind) => error instanceof kind))
      throw new Error('another error', { cause: error });
    return undefined;
  }
}

async function onlyThrows(kinds: Kinds, work: () => unknown): Promise<void> {
  await outcomeOf(kinds, work);
}

const numbers = [0, -1, 1, 900, 1e21, 1e308, Number.MAX_SAFE_INTEGER + 2];

describe('what is read of strangers throws nothing but its own error:', () => {
  test('strict JSON', async () => {
    await fc.assert(
      fc.asyncProperty(octets, (each) => onlyThrows([SyntaxError], () => parseStrictJson(each))),
      runs,
    );
  });

  test('a form', async () => {
    await fc.assert(
      fc.asyncProperty(octets, (each) => onlyThrows([SyntaxError], () => parseForm(each))),
      runs,
    );
  });

  const header = objects({
    alg: ['RS256', 'EdDSA', 'ES256', 'none'],
    typ: ['JWT', 'dpop+jwt'],
    kid: ['a'],
    jwk: [
      {},
      { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
      { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) },
    ],
  });
  const claims = objects({
    iss: ['https://a.example.com'],
    aud: ['a'],
    exp: [...numbers, now.getTime() / 1000],
    iat: [...numbers, now.getTime() / 1000],
    htm: ['POST'],
    htu: ['https://a.example.com/token'],
    jti: ['x', ''],
    bh: ['x'],
    ath: ['x'],
  });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tokens = fc.oneof(
    texts,
    fc.tuple(texts, texts, texts).map((each) => each.join('.')),
    fc.tuple(octets, octets, octets).map((each) => each.map((part) => part.toString('base64url')).join('.')),
    fc
      .tuple(header, claims, octets)
      .map(([a, b, c]) => `${encode(a)}.${encode(b)}.${c.toString('base64url')}`),
  );

  test('a signed token, an ID token, a proof', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, async (each) => {
        await onlyThrows([MalformedJws], () => parseCompactJws(each, 4096));
        await onlyThrows([Refusal], () => parseIdToken(each));
        await onlyThrows([CredsError], () => decodeIdToken(each, 'a', now));
        await onlyThrows([ProofError], () =>
          checkProof(parseProof(each), {
            method: 'POST',
            urls: ['https://a.example.com/token'],
            body: Buffer.from(''),
            bodyHash: 'required',
            now,
          }),
        );
      }),
      { numRuns: 1000 },
    );
  });

  const keys = objects({
    kty: ['RSA', 'EC', 'OKP', 'oct'],
    crv: ['P-256', 'X25519', 'Ed25519', 'P-384'],
    x: ['A'.repeat(43), 'AAAA'],
    y: ['B'.repeat(43)],
    n: ['_'.repeat(342), 'AQAB'],
    e: ['AQAB', 'Aw'],
    kid: ['a', 'b'],
    use: ['sig'],
    alg: ['RS256', 'ES256', 'EdDSA'],
    key_ops: [['verify']],
    k: ['AAAA'],
  });

  test('a key set, and whatever is in it is of a known algorithm', async () => {
    const sets = fc.oneof(
      octets,
      fc
        .array(fc.oneof(keys, fc.jsonValue()), { maxLength: 5 })
        .map((each) => Buffer.from(JSON.stringify({ keys: each }))),
    );
    await fc.assert(
      fc.asyncProperty(sets, async (each) => {
        const set = await outcomeOf([Error], () => readKeySet(each, ['RS256', 'ES256', 'EdDSA']));
        for (const { algorithm } of set?.keys.values() ?? [])
          expect(['RS256', 'ES256', 'EdDSA']).toContain(algorithm);
      }),
      runs,
    );
  });

  test('a key to encrypt to: a key or nothing, and no error', async () => {
    const written = fc.oneof(
      texts,
      keys.map((each) => JSON.stringify(each)),
    );
    await fc.assert(
      fc.asyncProperty(written, async (each) => {
        expect(['undefined', 'object']).toContain(typeof (await readEncryptionKey(each)));
      }),
      runs,
    );
  });

  test('a request for tokens', async () => {
    const details = objects({
      type: [detailType],
      role: ['a', '../x', '-'],
      ttl: numbers,
      heartbeat: numbers,
    });
    const fields = fc.record(
      {
        grant_type: fc.constant(tokenExchange),
        subject_token: texts,
        subject_token_type: fc.constantFrom(idTokenType, 'x'),
        authorization_details: fc.oneof(
          texts,
          fc.array(details, { maxLength: 11 }).map((each) => JSON.stringify(each)),
        ),
        revocation_handle_hash: fc.oneof(texts, fc.constant('A'.repeat(43))),
        encrypt_to: fc.oneof(
          texts,
          keys.map((each) => JSON.stringify(each)),
        ),
        session_id: fc.oneof(texts, fc.constant('ses_00')),
        dry_run: fc.constantFrom('true', 'false', 'x'),
        scope: texts,
      },
      { requiredKeys: ['grant_type'] },
    );
    const bodies = fc.oneof(
      octets,
      fields.map((each) => Buffer.from(new URLSearchParams(each).toString())),
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = new Request('https://a.example.com/token', { method: 'POST', headers });
    await fc.assert(
      fc.asyncProperty(bodies, (body) =>
        onlyThrows([Refusal], () => readTokenRequest(new Form(request, body), ['https://a.example.com'])),
      ),
      runs,
    );
  });

  test('what a session remembers', async () => {
    const found = findIssuer('github');
    if (typeof found === 'string') throw new Error(found);
    const session = { thumbprint: 't', tokenKey: 'k', expiresAt: now };
    const stored = objects({
      claims: [{}, { repository_id: '1', run_id: '1', run_attempt: '1' }],
      tokenHash: ['h'],
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(stored, fc.jsonValue()), (each) =>
        onlyThrows([Error], () => recallClaims(found.issuer, each, session)),
      ),
      runs,
    );
  });
});

describe('what is read of a server throws nothing but a CredsError:', () => {
  const { decrypt } = makeEncryptionKey();
  const lease = objects({
    type: [detailType],
    role: ['a'],
    lease_id: ['lse_1', ''],
    expires_in: numbers,
    expires_at: ['2026-11-20T12:15:00Z', 'soon'],
    revocability: ['immediate'],
    state: ['revoked', 'gone'],
    credentials: [
      [],
      [{ name: 'a', kind: 'bearer-token', token: 't' }],
      [{ name: 'a', kind: 'constructor' }],
    ],
    credentials_jwe: ['a.b.c.d.e'],
  });
  const bodies = fc.oneof(
    octets,
    objects({
      access_token: ['ecs_x'],
      token_type: ['DPoP', 'Bearer'],
      issued_token_type: ['urn:ietf:params:oauth:token-type:access_token'],
      expires_in: numbers,
      error: ['invalid_grant', '__proto__', 'constructor', 'authorization_pending'],
      reason: ['denied', 'toString'],
      error_description: ['x'],
      minimum_seconds: numbers,
      interval: numbers,
      transaction_id: ['txn_1'],
      request_id: ['req_1', 'x\ny'],
    })
      .chain((each) =>
        fc.array(fc.oneof(lease, fc.jsonValue()), { maxLength: 3 }).map((list) => ({
          ...each,
          authorization_details: list,
          leases: list,
        })),
      )
      .map((each) => Buffer.from(JSON.stringify(each))),
  );
  const answers: fc.Arbitrary<HttpAnswer> = fc.record({
    status: fc.constantFrom(200, 201, 302, 400, 401, 403, 404, 409, 429, 500, 503),
    headers: fc.record({
      'content-type': fc.constantFrom(
        'application/json',
        'application/problem+json; charset=utf-8',
        'text/html',
        '',
      ),
      'retry-after': fc.constantFrom('1', '-1', '1e9', 'Fri, 20 Nov 2026 12:00:05 GMT', 'x', '9'.repeat(400)),
      'x-request-id': fc.constantFrom('req_1', '\u001b[31m'),
      date: fc.constantFrom('Fri, 20 Nov 2026 12:00:05 GMT', 'never'),
    }),
    body: bodies,
  });

  test('a loan, what was given back, another server’s token', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        await onlyThrows([CredsError], () =>
          readLoan(answer, [{ role: 'a', name: 'a' }] as never, { now, decrypt }),
        );
        await onlyThrows([CredsError], () => readRevocation(answer));
        await onlyThrows([CredsError], () => readIssuedToken(answer));
      }),
      { numRuns: 1000 },
    );
  });

  test('a refusal: always told as one, in words of ours', async () => {
    await fc.assert(
      fc.asyncProperty(answers, (answer) => {
        for (const error of [refusal(answer, 'broker', now), plainRefusal(answer, 'host', now)]) {
          expect(error).toBeInstanceOf(CredsError);

          expect(error.message).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
        }
        return Promise.resolve();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what is read can be written again:', () => {
  test('base64url', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (each) => {
        const text = Buffer.from(each).toString('base64url');
        expect(decodeBase64url(text)).toEqual(Buffer.from(each));
      }),
      runs,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const read = decodeBase64url(text);
        if (read !== undefined) expect(Buffer.from(read).toString('base64url')).toBe(text);
      }),
      runs,
    );
  });

  test('a form', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((each) => each !== '' && each.isWellFormed());
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(word, word), { selector: ([name]) => name }), (fields) => {
        const text = new URLSearchParams(fields).toString();
        expect([...parseForm(Buffer.from(text))]).toEqual(fields.map(([name, value]) => [name, [value]]));
      }),
      runs,
    );
  });

  test('a signed token', () => {
    const value = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__'),
      fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }),
    );
    fc.assert(
      fc.property(value, (claims) => {
        const parts = [{ alg: 'RS256' }, claims].map((each) =>
          Buffer.from(JSON.stringify(each)).toString('base64url'),
        );
        const written = JSON.parse(JSON.stringify(claims)) as unknown;
        if (JSON.stringify(claims).includes('"__proto__"')) return;
        expect(parseCompactJws(`${parts.join('.')}.AAAA`, 1_000_000)).toMatchObject({
          algorithm: 'RS256',
          claims: written as object,
        });
      }),
      runs,
    );
  });
});
