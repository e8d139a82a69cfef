import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { CredsError, ErrorCode } from '../../../src/domain/errors.ts';
import type { HttpAnswer } from '../../../src/domain/host.ts';
import { statuses } from '../../../src/broker/domain/refusal.ts';
import { refusal, refusedFor } from '../../../src/protocol/oauth-error.ts';
import { jsonAnswer } from '../../support/client/world.ts';
import { hostileText } from '../../support/faults.ts';
import { everythingIn } from '../../support/scan.ts';

const now = new Date('2026-11-20T16:00:00Z');
const server = 'broker.example.com';

function refused(answer: HttpAnswer): CredsError {
  return refusal(answer, server, now);
}

/** Every reason of PROTOCOL.md (Errors): its status, its error, what we call it and whether a fresh ID token may cure it. */
const told: readonly (readonly [number, string, string, ErrorCode, boolean])[] = [
  [400, 'invalid_dpop_proof', 'proof-time', 'clock-skew', false],
  [400, 'invalid_dpop_proof', 'proof-body', 'request-refused', false],
  [400, 'invalid_dpop_proof', 'proof-target', 'request-refused', false],
  [400, 'invalid_dpop_proof', 'proof-replayed', 'request-refused', true],
  [400, 'invalid_grant', 'token-expired', 'identity-refused', true],
  [400, 'invalid_grant', 'token-too-old', 'identity-refused', true],
  [400, 'invalid_grant', 'audience-mismatch', 'audience-mismatch', false],
  [400, 'invalid_grant', 'token-bound-to-other-key', 'identity-refused', true],
  [400, 'invalid_grant', 'signature', 'identity-refused', false],
  [400, 'invalid_grant', 'issuer-unknown', 'identity-refused', false],
  [400, 'invalid_authorization_details', 'ttl-below-minimum', 'request-refused', false],
  [400, 'invalid_authorization_details', 'public-key', 'request-refused', false],
  [403, 'access_denied', 'denied', 'policy-denied', false],
  [403, 'access_denied', 'role-in-use', 'role-in-use', false],
  [403, 'access_denied', 'job-closed', 'policy-denied', false],
  [403, 'access_denied', 'approval-rejected', 'policy-denied', false],
  [403, 'access_denied', 'approval-expired', 'policy-denied', false],
  [409, 'conflict', 'superseded', 'request-refused', false],
  [409, 'conflict', 'idempotency-conflict', 'request-refused', false],
];

describe('a reason of the protocol', () => {
  test.each(told)('%i %s %s is %s', (status, error, reason, code, fresh) => {
    const found = refused(
      jsonAnswer({ error, reason, error_description: hostileText, request_id: 'req_1' }, status),
    );
    expect(found).toMatchObject({
      code,
      freshIdToken: fresh,
      requestId: 'req_1',
      retryAfterSeconds: undefined,
    });
    expect(found.message).toMatch(new RegExp(`^broker\\.example\\.com refused: .+ \\(${reason}\\)\\.$`));
  });

  test('each that our broker can tell is in this table', () => {
    const source = readFileSync('src/broker/domain/refusal.ts', 'utf8');
    const [, union = ''] = /type RefusalReason =([^;]*);/.exec(source) ?? [];
    const broker = [...union.matchAll(/'([a-z-]+)'/g)].map(([, reason = '']) => reason);
    const known = [...told.map(([, , reason]) => reason), 'issuer', 'backend', 'store', 'audit', 'frozen'];
    expect(broker.length).toBeGreaterThan(10);
    expect(broker.filter((reason) => !known.includes(reason))).toEqual([]);
  });

  test('ttl-below-minimum names the minimum, when it is a number', () => {
    const body = { error: 'invalid_authorization_details', reason: 'ttl-below-minimum' };
    expect(refused(jsonAnswer({ ...body, minimum: 900 }, 400)).message).toContain('at least 900 s');
    for (const minimum of ['900; rm', 1.5, { a: 1 }, null])
      expect(refused(jsonAnswer({ ...body, minimum }, 400)).message).not.toContain('at least');
  });
});

/** Every error of PROTOCOL.md that is not 429 or 5xx, with a word that the log must have of it. */
const plain: readonly (readonly [number, string, ErrorCode, string])[] = [
  [400, 'invalid_dpop_proof', 'request-refused', 'proof'],
  [401, 'invalid_dpop_proof', 'request-refused', 'proof'],
  [400, 'use_dpop_nonce', 'request-refused', 'nonce'],
  [401, 'use_dpop_nonce', 'request-refused', 'nonce'],
  [400, 'invalid_grant', 'identity-refused', 'ID token'],
  [400, 'invalid_request', 'request-refused', 'understand'],
  [408, 'invalid_request', 'busy', '408'],
  [413, 'invalid_request', 'request-refused', 'understand'],
  [415, 'invalid_request', 'request-refused', 'understand'],
  [431, 'invalid_request', 'request-refused', 'understand'],
  [400, 'invalid_target', 'request-refused', '`broker-url`'],
  [400, 'invalid_scope', 'request-refused', 'scopes'],
  [400, 'invalid_authorization_details', 'request-refused', 'role'],
  [400, 'unsupported_grant_type', 'request-refused', 'exchanges no tokens'],
  [400, 'unsupported_token_type', 'request-refused', 'one job from another'],
  [400, 'unsupported_protocol_version', 'request-refused', 'version'],
  [400, 'authorization_pending', 'approval-pending', 'approve'],
  [401, 'invalid_client', 'request-refused', 'caller'],
  [401, 'invalid_token', 'request-refused', 'session has ended'],
  [403, 'insufficient_scope', 'request-refused', 'access token'],
  [403, 'access_denied', 'policy-denied', 'policy'],
  [404, 'not_found', 'request-refused', 'nothing at this address'],
  [405, 'method_not_allowed', 'request-refused', 'no such request'],
  [409, 'conflict', 'request-refused', 'another request'],
];

describe('an error without a reason that is known', () => {
  test.each(plain)('%i %s is %s', (status, error, code, word) => {
    for (const reason of [undefined, 'new-in-version-9', 'constructor', hostileText, 7]) {
      const found = refused(jsonAnswer({ error, reason }, status));
      expect(found).toMatchObject({
        code,
        message: expect.stringContaining(word),
        freshIdToken: false,
      });
      if (code !== 'busy') expect(found.message).toMatch(new RegExp(`refused: .+ \\(${error}\\)\\.$`));
      expect(found.message).not.toMatch(/version-9|constructor|add-path/);
    }
  });

  test('and whose name is new is told by its name', () => {
    for (const error of ['new_in_version_nine', 'constructor'])
      expect(refused(jsonAnswer({ error }, 400))).toMatchObject({
        code: 'request-refused',
        message: `${server} refused: ${error}.`,
      });
  });

  test('each that our broker can tell is in this table', () => {
    const told_ = Object.entries(statuses).filter(([, status]) => status < 429);
    const rows = new Set(plain.map(([, error]) => error));
    expect(told_.map(([error]) => error).filter((error) => !rows.has(error))).toEqual([]);
  });
});

describe('a server that asks to come back', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('with %i may be asked again', (status) => {
    const body = { error: 'temporarily_unavailable', reason: 'denied', request_id: 'req_2' };
    const found = refused(jsonAnswer(body, status, { 'retry-after': '7' }));
    expect(found).toMatchObject({ code: 'busy', retryAfterSeconds: 7, requestId: 'req_2' });
    expect(found.message).toBe(`${server} answered ${String(status)}.`);
  });

  test.each([
    ['issuer', 'keys of this platform'],
    ['backend', 'backend'],
    ['frozen', 'stopped all lending'],
    ['store', 'store'],
    ['audit', 'audit log'],
  ])('may say what fails it: %s', (reason, word) => {
    for (const status of [502, 503]) {
      const found = refused(jsonAnswer({ error: 'temporarily_unavailable', reason }, status));
      expect(found).toMatchObject({ code: 'busy', retryAfterSeconds: 0 });
      expect(found.message).toMatch(
        new RegExp(`answered ${String(status)}: .*${word}.* \\(${reason}\\)\\.$`),
      );
    }
  });

  test('may do so in HTML, from a load balancer that knows no protocol', () => {
    const page = {
      status: 503,
      headers: { 'content-type': 'text/html' },
      body: Buffer.from('<h1>away</h1>'),
    };
    expect(refused(page)).toMatchObject({ code: 'busy', retryAfterSeconds: 0 });
  });
});

describe('C43 a hostile body', () => {
  const marker = 'hunter2';
  test.each<readonly [string, HttpAnswer]>([
    ['in HTML', { status: 403, headers: { 'content-type': 'text/html' }, body: Buffer.from(`<b>${marker}`) }],
    ['cut short', jsonAnswer(`{"error":"${marker}`, 403)],
    ['that is empty', jsonAnswer('', 403)],
    ['that is a list', jsonAnswer(`["${marker}"]`, 403)],
    ['that is null', jsonAnswer('null', 403)],
    ['with a member twice', jsonAnswer('{"error":"access_denied","error":"invalid_grant"}', 403)],
    ['with __proto__', jsonAnswer('{"error":"access_denied","__proto__":{"reason":"denied"}}', 403)],
    ['with a mark in front', jsonAnswer('\uFEFF{"error":"access_denied"}', 403)],
    ['that is not UTF-8', { ...jsonAnswer('', 403), body: Buffer.from([0x22, 0xff, 0x22]) }],
    ['whose error is no text', jsonAnswer({ error: { toString: marker } }, 403)],
  ])('%s is no protocol, and nothing of it is told', (_, answer) => {
    const found = refused(answer);
    expect(found).toMatchObject({
      code: 'answer-invalid',
      message: `${server} answered 403 and not in the protocol’s form.`,
    });
    expect(everythingIn(found)).not.toContain(marker);
  });

  test('whose every member is a command is told by nothing but its status', () => {
    const body = {
      error: hostileText,
      reason: hostileText,
      error_description: hostileText,
      request_id: hostileText,
    };
    const found = refused(jsonAnswer(body, 400, { 'x-request-id': hostileText }));
    expect(found).toMatchObject({
      code: 'request-refused',
      message: `${server} refused: an unknown error.`,
      requestId: undefined,
    });
    expect(everythingIn(found)).not.toMatch(/add-path|title|esrever/);
  });

  test('with a long name for its error is not echoed', () => {
    expect(refused(jsonAnswer({ error: 'a'.repeat(65) }, 400)).message).toContain('an unknown error');
  });

  test('tells error and reason only as the words that they are', () => {
    expect(refusedFor(jsonAnswer({ error: 'invalid_grant', reason: 'proof-time' }))).toEqual({
      error: 'invalid_grant',
      reason: 'proof-time',
    });
    expect(refusedFor(jsonAnswer({ error: 'Bad!', reason: 7 }))).toEqual({
      error: 'an unknown error',
      reason: '',
    });
    expect(refusedFor(jsonAnswer('nonsense'))).toEqual({ error: '', reason: '' });
  });
});

test('the request id comes from the body, or else from the header', () => {
  const body = { error: 'access_denied', reason: 'denied' };
  expect(refused(jsonAnswer(body, 403, { 'x-request-id': 'req-header' })).requestId).toBe('req-header');
  expect(
    refused(jsonAnswer({ ...body, request_id: 'req-body' }, 403, { 'x-request-id': 'h' })).requestId,
  ).toBe('req-body');
});
