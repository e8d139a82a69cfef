import { expect, test } from '@jest/globals';
import { TransportError } from '../../../src/domain/host.ts';
import { failure as awsFailure } from '../../../src/broker/engines/aws/failure.ts';
import { MintFailed, ParameterError } from '../../../src/broker/engines/engine.ts';
import { GithubTrouble } from '../../../src/broker/engines/github-app/trouble.ts';
import { failure as postgresFailure } from '../../../src/broker/engines/postgres/failure.ts';
import { failureReason } from '../../../src/broker/leases/failure-reason.ts';
import { Overtime } from '../../../src/broker/domain/time-limit.ts';

const coded = (code: string, message = 'text of a server'): Error =>
  Object.assign(new Error(message), { code });
const ofPostgres = (code: string): unknown => postgresFailure('dropping', coded(code));
const ofDriver = (message: string): unknown => postgresFailure('dropping', new Error(message));
const ofAws = (name: string, status?: number): unknown =>
  awsFailure('denying the session', {
    name,
    message: 'text of AWS',
    ...(status !== undefined && { $metadata: { httpStatusCode: status } }),
  });

test.each<[string, unknown, unknown]>([
  ['an attempt that took too long', new Overtime(), { reason: 'timeout' }],
  ['no answer in time', new TransportError('timeout'), { reason: 'timeout', code: 'timeout' }],
  ['no such name', new TransportError('dns'), { reason: 'unreachable', code: 'dns' }],
  ['half an answer', new TransportError('truncated'), { reason: 'failed', code: 'truncated' }],
  ['a variable that is not set', new ParameterError('url', 'URL is not set'), { reason: 'settings' }],
  ['a full disk', coded('ENOSPC'), { reason: 'settings', code: 'ENOSPC' }],
  ['a part of a role', new Error('a part', { cause: new Overtime() }), { reason: 'timeout' }],
  ['GitHub said no', new GithubTrouble('no', { undone: true }), { reason: 'refused' }],
  ['AWS said no', ofAws('AccessDenied', 403), { reason: 'refused', code: 'AccessDenied' }],
  ['AWS is busy', ofAws('ThrottlingException', 400), { reason: 'busy', code: 'Throttling' }],
  ['AWS did not answer', ofAws('TimeoutError'), { reason: 'timeout', code: 'TimeoutError' }],
  ['AWS cannot be reached', ofAws('Transport.dns'), { reason: 'unreachable' }],
  ['AWS has an error that nobody knows', ofAws('MySecretWord', 500), { reason: 'failed' }],
  ['PostgreSQL is down', ofPostgres('ECONNREFUSED'), { reason: 'unreachable', code: 'ECONNREFUSED' }],
  ['PostgreSQL starts', ofPostgres('57P03'), { reason: 'unreachable', code: '57P03' }],
  ['a statement took too long', ofPostgres('57014'), { reason: 'timeout', code: '57014' }],
  ['a lock is held', ofPostgres('55P03'), { reason: 'busy', code: '55P03' }],
  ['a wrong password', ofPostgres('28P01'), { reason: 'refused', code: '28P01' }],
  ['others depend on it', ofPostgres('2BP01'), { reason: 'refused', code: '2BP01' }],
  ['an error of the server', ofPostgres('XX000'), { reason: 'failed', code: 'XX000' }],
  [
    'no such authority',
    ofPostgres('SELF_SIGNED_CERT_IN_CHAIN'),
    { reason: 'unreachable', code: 'SELF_SIGNED_CERT_IN_CHAIN' },
  ],
  ['a driver that waited', ofDriver('Query read timeout'), { reason: 'timeout' }],
  ['a connection that broke off', ofDriver('Connection terminated'), { reason: 'unreachable' }],
])('why revoking failed: %s', (_, error, told) => {
  expect(failureReason(error)).toEqual(told);
});

test.each<[unknown]>([
  [new Error('password=hunter2')],
  [coded('password=hunter2')],
  [new MintFailed('password=hunter2')],
  ['password=hunter2'],
  [undefined],
])('what says nothing by its kind is unknown, and its text is not passed on', (error) => {
  expect(failureReason(error)).toEqual({ reason: 'unknown' });
});

test('a code of PostgreSQL is only told as it is where it can be one', () => {
  const told = failureReason(postgresFailure('dropping', coded('hunter2: "x"')));
  expect(told).toEqual({ reason: 'unreachable' });
});

test('an error that is its own cause ends', () => {
  const error = new Error('round');
  error.cause = error;
  expect(failureReason(error)).toEqual({ reason: 'unknown' });
});
