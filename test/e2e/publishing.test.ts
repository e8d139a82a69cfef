// octo-sts and the registries with trusted publishing by the built bundle, each against its stand-in.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import {
  startCrates,
  startNpm,
  startOctoSts,
  startPypi,
  type Publishing,
  type PublishingOptions,
} from '../support/publishing.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';

const action = readAction('action.yml');
const minute = 60_000;
const publisher = { repository_id: '456789', environment: 'production' };
let issuer: ListeningIssuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(async () => {
  await issuer.close();
});

const newJob = (): Job =>
  startJob({ idToken: { url: issuer.requestUrl, token: issuer.requestToken }, debug: true });

/** What the step of an example gives the action, but for where the server is. */
function inputs(
  { file, job }: Pick<Row, 'file' | 'job'>,
  server: Publishing,
  change: Record<string, string> = {},
): Record<string, string> {
  const { jobs } = parse(readFileSync(`examples/github/${file}.yml`, 'utf8')) as {
    jobs: Record<string, { steps: { uses?: string; with?: Record<string, string> }[] }>;
  };
  const given = jobs[job]?.steps.find(({ uses }) => uses?.startsWith('org/'))?.with ?? {};
  const more = given['provider'] === 'octo-sts' ? `api-url: ${server.url}\n` : '';
  const params = `${(given['params'] ?? '').replace(/url: https:.*/, `url: ${server.url}`)}${more}`;
  return action.inputs({ ...given, params, ...change });
}

interface Row {
  readonly start: (options: PublishingOptions) => Promise<Publishing>;
  readonly file: string;
  readonly job: string;
  readonly output: string;
  readonly revocable: boolean;
  readonly denied: string;
}

const rows: readonly (readonly [string, Row])[] = [
  [
    'octo-sts',
    {
      start: startOctoSts,
      file: 'octo-sts',
      job: 'release',
      output: 'token',
      revocable: true,
      denied: 'the trust policy does not match this job',
    },
  ],
  [
    'npm',
    {
      start: startNpm,
      file: 'trusted-publishing',
      job: 'npm',
      output: 'token',
      revocable: false,
      denied: 'no trusted publisher of this package is this job',
    },
  ],
  [
    'pypi',
    {
      start: startPypi,
      file: 'trusted-publishing',
      job: 'pypi',
      output: 'password',
      revocable: false,
      denied: 'no trusted publisher is this job',
    },
  ],
  [
    'crates',
    {
      start: startCrates,
      file: 'trusted-publishing',
      job: 'crates',
      output: 'token',
      revocable: true,
      denied: 'the trusted publisher wants another environment',
    },
  ],
];

describe.each(rows)('%s', (_, { start, output, revocable, denied, ...example }) => {
  test(
    'the job of the example gets a token, and post says what becomes of it',
    async () => {
      await using server = await start({ issuer, publisher });
      await using job = newJob();
      const main = await job.step(action.main, { inputs: inputs(example, server) });
      expect(main.exitCode).toBe(0);
      const token = main.outputs[output] ?? '';
      expect(server.takes(token)).toBe(true);
      expect(job.env.size).toBe(0);
      expect(JSON.stringify(main.state)).not.toContain(token);
      const end = await job.post(action.post ?? '', main);
      expect(end).toMatchObject({ exitCode: 0, annotations: [] });
      expect(server.takes(token)).toBe(!revocable);
      expect(end.log).toContain(revocable ? 'given back (revoked)' : 'cannot be revoked: ends');
      for (const step of [main, end]) assertHidden(step, [token]);
      expect(leftOvers(job)).toEqual([]);
    },
    minute,
  );

  test(
    'a job that is no publisher is told so, by words of ours',
    async () => {
      await using server = await start({ issuer, publisher: { environment: 'release' } });
      await using job = newJob();
      const main = await job.step(action.main, { inputs: inputs(example, server) });
      expect(main.exitCode).toBe(66);
      expect(main.log).toContain(denied);
      expect(main.log).not.toMatch(/add-path|Expected environments|no corresponding|package not found/);
      expect(server.issued).toEqual([]);
    },
    minute,
  );

  test(
    'an ID token for another audience is not taken',
    async () => {
      await using server = await start({ issuer, publisher });
      await using job = newJob();
      const main = await job.step(action.main, {
        inputs: inputs(example, server, { audience: 'urn:other' }),
      });
      expect(main.exitCode).toBe(65);
      expect(main.log).toContain('Set the input `audience`');
      expect(server.issued).toEqual([]);
    },
    minute,
  );
});
