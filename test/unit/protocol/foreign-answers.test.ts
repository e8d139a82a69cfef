// Whatever a server sends, what reads it gives a value or throws an error of ours that holds none of it.
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { HttpAnswer } from '../../../src/domain/host.ts';
import { readPending } from '../../../src/protocol/deferred.ts';
import { refusal, refusedFor } from '../../../src/protocol/oauth-error.ts';
import { readIssuedToken } from '../../../src/protocol/plain-exchange.ts';
import { plainRefusal } from '../../../src/protocol/plain-refusal.ts';
import { readRevocation } from '../../../src/protocol/revocation.ts';
import { readSession } from '../../../src/protocol/session.ts';
import { makeSigner } from '../../../src/protocol/signed-request.ts';
import { everythingIn } from '../../support/scan.ts';

const marker = 'hunter2';
const now = new Date('2026-11-20T16:00:00Z');
const peer = { base: 'https://broker.example.com', signer: makeSigner() };

const names = [
  'access_token',
  'token_type',
  'expires_in',
  'issued_token_type',
  'scope',
  'refresh_token',
  'session_id',
  'request_id',
  'error',
  'reason',
  'minimum',
  'transaction_id',
  'interval',
  'leases',
  'authorization_details',
];
const values = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    marker,
    `${marker}\n::add-path::x`,
    'authorization_pending',
    'Bearer',
    600,
    -1,
    1e308,
    null,
  ),
);
// A request id that can be printed is: the one word of a server that is.
const objects = fc
  .dictionary(fc.constantFrom(...names), values, { maxKeys: 8 })
  .map((object) => (object['request_id'] === marker ? { ...object, request_id: 'req_2' } : object));
const bodies = fc.oneof(
  objects.map((object) => Buffer.from(JSON.stringify(object))),
  fc.uint8Array({ maxLength: 64 }),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
);
const answers: fc.Arbitrary<HttpAnswer> = fc.record({
  status: fc.constantFrom(200, 201, 400, 401, 403, 404, 409, 429, 500, 503),
  headers: fc.record(
    {
      'content-type': fc.constantFrom('application/json', 'text/html', 'application/x+json', ''),
      'x-request-id': fc.constantFrom('req_1', `${marker}\r\n`),
      'retry-after': fc.constantFrom('3', marker, '-1', 'Fri, 20 Nov 2026 16:00:09 GMT'),
    },
    { requiredKeys: [] },
  ),
  body: bodies,
});

const readers: Readonly<Record<string, (answer: HttpAnswer) => unknown>> = {
  'a token of a plain server': readIssuedToken,
  'a session': (answer) => readSession(answer, peer, now),
  'what was given back': readRevocation,
  'a transaction that waits': readPending,
  'why it was refused': refusedFor,
};

describe('what reads an answer throws nothing but errors of ours:', () => {
  test.each(Object.entries(readers))('%s', (_, read) => {
    fc.assert(
      fc.property(answers, (answer) => {
        try {
          read(answer);
        } catch (error) {
          expect(error).toBeInstanceOf(CredsError);
          expect(everythingIn(error)).not.toContain(marker);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('what makes an error of an answer says nothing of its words:', () => {
  test.each([
    ['of a broker', refusal],
    ['of a plain server', plainRefusal],
  ])('%s', (_, make) => {
    fc.assert(
      fc.property(answers, (answer) => {
        const error = make(answer, 'server.example.com', now);
        expect(error).toBeInstanceOf(CredsError);
        expect(everythingIn(error)).not.toContain(marker);
        const wait = error.retryAfterSeconds;
        expect(wait === undefined || wait >= 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
