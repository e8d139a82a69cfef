// What every platform's API that is asked has to hold.
import { describe, expect, test } from '@jest/globals';
import type { Claims, Question } from '../../src/broker/forges/forge.ts';
import { forges } from '../../src/broker/forges/registry.ts';
import { githubJob, githubRun, gitlabJob } from '../support/broker/forge.ts';

const claims: Claims = {
  repository: 'octo-org/octo-repo',
  repository_id: '456789',
  run_id: '9876543210',
  run_attempt: '1',
  check_run_id: '5544332211',
  event_name: 'pull_request',
  project_id: '20',
  job_id: '302',
};

const jobs: Readonly<Record<string, (status: string) => Record<string, unknown>>> = {
  github: githubJob,
  gitlab: gitlabJob,
};
const ends: Readonly<Record<string, readonly string[]>> = {
  github: ['completed'],
  gitlab: ['success', 'failed', 'canceled', 'skipped'],
};
const hostile = [
  '',
  ' ',
  '..',
  '../..',
  'a/../b',
  'a/b/c',
  'a?b/c',
  'a%2fb/c',
  'ä/b',
  '-1',
  '1 ',
  1,
  null,
  ['1'],
  {},
];

describe.each(forges.map((each) => [each.name, each] as const))('the API of %s', (name, forge) => {
  const { sameRepository } = forge;
  const questions = [
    (of: Claims) => forge.job(of),
    ...(sameRepository === undefined ? [] : [sameRepository]),
  ];

  test('a job has ended in the states that are final, and in no other', () => {
    const question = forge.job(claims);
    const read = (status: string): unknown => question?.read(jobs[name]?.(status) ?? {});
    for (const status of ends[name] ?? []) expect(read(status)).toBe('ended');
    for (const status of [
      'queued',
      'in_progress',
      'running',
      'pending',
      'canceling',
      'manual',
      'one of next year',
    ])
      expect(read(status)).toBe('running');
  });

  test('claims that name nothing, or something else than a name, make no address', () => {
    for (const ask of questions) {
      expect(ask({})).toBeUndefined();
      for (const claim of Object.keys(claims))
        for (const value of hostile) {
          const question: Question<unknown> | undefined = ask({ ...claims, [claim]: value });
          expect(question?.path ?? '/').toMatch(/^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?$/);
        }
    }
  });

  test('an answer of anything else is none', () => {
    const answers = [{}, { id: 1 }, { ...jobs[name]?.('success'), id: 1 }, githubRun(456789, { id: 1 })];
    for (const ask of questions)
      for (const answer of answers) expect(ask(claims)?.read(answer)).toBeUndefined();
  });

  test('the token stands in one header, and is asked for over https', () => {
    const headers = Object.values(forge.headers('the-token')).filter((value) => value.includes('the-token'));
    expect(headers).toHaveLength(1);
    expect(forge.api(new URL('https://gitlab.example.com/_services/token'))).toMatch(
      /^https:\/\/gitlab\.example\.com\//,
    );
  });
});
