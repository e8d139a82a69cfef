import { expect, test } from '@jest/globals';
import { rateLimits } from '../../../src/broker/http/rate-limit.ts';
import { testClock } from '../../support/broker/world.ts';

const once = { requestsPerSecond: 1, repositoryRequestsPerMinute: 1, jobRequestsPerMinute: 1 };
const one = { issuer: 'https://a.example.com', index: '1', job: '1' };

test('repositories and jobs of two issuers share no bucket, whatever their ids', () => {
  const limits = rateLimits(testClock(), once);
  limits.verified(one);
  limits.verified({ ...one, issuer: 'https://b.example.com' });
  expect(() => {
    limits.verified(one);
  }).toThrow('too many requests of this job');
});

test('repositories of two issuers share no bucket where no claim tells jobs apart', () => {
  const limits = rateLimits(testClock(), once);
  const run = { ...one, job: undefined };
  limits.verified(run);
  limits.verified({ ...run, issuer: 'https://b.example.com' });
  expect(() => {
    limits.verified(run);
  }).toThrow('too many requests of this repository');
});
