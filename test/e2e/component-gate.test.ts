/** The template of the gate: as GitLab reads it, and its job really run by gitlab-ci-local with the built bundle. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { interpolate } from '../support/gitlab/interpolate.ts';
import { jobToken, startMirror, type Mirror } from '../support/gitlab/mirror.ts';
import { makeProject, type Project, type Run } from '../support/gitlab/pipeline.ts';
import { gateBundle, publishedTemplate } from '../support/gitlab/place.ts';
import { sastVerdict } from '../support/gate/schemas.ts';
import { testWith } from '../support/peers.ts';

const job = 'ephemeral-creds-gate';
const bad =
  'on: push\njobs: { a: { steps: [ { run: npm publish, env: { NODE_AUTH_TOKEN: "${{ secrets.R }}" } } ] } }\n';
const good = 'on: push\njobs: { a: { steps: [ { run: npm test } ] } }\n';
const reports = ['gl-ephemeral-creds-sast.json', 'gl-ephemeral-creds-quality.json'];

let mirror: Mirror;
beforeAll(async () => {
  mirror = await startMirror({ 'gate/index.cjs': gateBundle });
}, 60_000);
afterAll(async () => {
  await mirror[Symbol.asyncDispose]();
});

interface Done extends Run {
  readonly sast: { readonly vulnerabilities: readonly unknown[] } | undefined;
  readonly quality: readonly unknown[] | undefined;
  readonly left: readonly string[];
}

/** @param paths workflows by their path */
async function check(
  paths: Readonly<Record<string, string>>,
  { inputs = {}, variables = {} }: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Promise<Done> {
  const include = `include: [ { component: "@component/gate@$CI_COMMIT_SHA", inputs: ${JSON.stringify(inputs)} } ]\n`;
  using project = makeProject(include, paths);
  const given = {
    CI_API_V4_URL: mirror.apiUrl,
    CI_PROJECT_ID: '7',
    RUNNER_TEMP_PROJECT_DIR: `${project.folder}.tmp`,
    ...variables,
  };
  const run = await project.run(job, given);
  const [sast, quality] = reports.map((name) => reportOf(project, name));
  return {
    ...run,
    sast: sast as Done['sast'],
    quality: quality as Done['quality'],
    left: project.leftOvers(),
  };
}

/** In the checkout, or where gitlab-ci-local keeps artifacts of the job. */
function reportOf({ folder }: Project, name: string): unknown {
  const kept = join(folder, '.gitlab-ci-local');
  const all = existsSync(kept) ? readdirSync(kept, { recursive: true, encoding: 'utf8' }) : [];
  const places = [
    join(folder, name),
    ...all.filter((path) => path.endsWith(name)).map((path) => join(kept, path)),
  ];
  const found = places.find((path) => existsSync(path));
  return found === undefined ? undefined : JSON.parse(readFileSync(found, 'utf8'));
}

describe('its job', () => {
  testWith(
    ['bash', 'rsync'],
    'fails where a static secret is used, and both reports say so',
    async () => {
      const done = await check({ '.github/workflows/release.yml': bad });
      expect(done.log).toContain('FAIL 1');
      expect(done.log).toContain('EO104');
      expect(done.status).toBe(1);
      expect(sastVerdict(done.sast)).toEqual([]);
      expect(done.sast?.vulnerabilities.length).toBeGreaterThan(0);
      expect(done.quality?.length).toBe(done.sast?.vulnerabilities.length);
      expect(done.left).toEqual([]);
    },
    60_000,
  );

  testWith(
    ['bash', 'rsync'],
    'passes where there is none, and tells the token of the job to nobody',
    async () => {
      const done = await check({ '.github/workflows/test.yml': good }, { inputs: { paths: ['.github'] } });
      expect(done.log).toContain('1 files read: 0 errors');
      expect(done.status).toBe(0);
      expect(done.sast?.vulnerabilities).toEqual([]);
      expect(mirror.requests.every(({ token }) => token === undefined)).toBe(true);
    },
    60_000,
  );

  testWith(
    ['bash', 'rsync'],
    'fetches from a project that only the token of a job may read, and tells it to no other place',
    async () => {
      await using secret = await startMirror({ 'gate/index.cjs': gateBundle }, { secret: true });
      const own = { CI_API_V4_URL: secret.apiUrl, CI_JOB_TOKEN: jobToken };
      const paths = { '.github/workflows/test.yml': good };
      const inputs = { paths: ['.github'] };
      expect((await check(paths, { inputs, variables: own })).status).toBe(0);
      expect(secret.requests.map(({ token }) => token)).toEqual([undefined, jobToken]);
      const elsewhere = `${secret.elsewhereUrl}/dist/gate/index.cjs`;
      const done = await check(paths, { inputs: { ...inputs, bundle_url: elsewhere }, variables: own });
      expect(done.log).toContain('cannot fetch');
      expect(done.status).toBe(1);
      expect(secret.requests.slice(2).map(({ token }) => token)).toEqual([undefined]);
    },
    60_000,
  );

  testWith(
    ['bash', 'rsync'],
    'runs no other bundle than the one that the template pins',
    async () => {
      const other = Buffer.concat([gateBundle, Buffer.from('\n')]);
      await using tampered = await startMirror({ 'gate/index.cjs': other });
      const variables = { CI_API_V4_URL: tampered.apiUrl };
      const done = await check({ '.github/workflows/test.yml': good }, { variables });
      expect(done.log).toContain('is not what this template pins');
      expect(done.log).toContain('FAIL 2');
      expect(done.sast).toBeUndefined();
    },
    60_000,
  );

  testWith(
    ['bash', 'rsync'],
    'loads nothing that a variable of the pipeline names',
    async () => {
      const variables = { NODE_OPTIONS: '--require ./evil.cjs' };
      const files = { '.github/workflows/release.yml': bad, 'evil.cjs': 'process.exit(0);\n' };
      const done = await check(files, { variables });
      expect(done.log).toContain('EO104');
      expect(done.status).toBe(1);
    },
    60_000,
  );

  testWith(
    ['bash', 'rsync'],
    'lets the pipeline go on where that was asked for, and takes a policy file and odd paths',
    async () => {
      const odd = 'it\'s "a" $(b) folder';
      const files = {
        [`${odd}/.github/workflows/release.yml`]: bad,
        '.github/workflows/other.yml': bad,
        'ci/policy.yml': 'mode: report\n',
      };
      const done = await check(files, { inputs: { paths: [odd], policy: 'ci/policy.yml' } });
      expect(done.log).toContain('1 files read: 1 error');
      expect(done.status).toBe(0);
      const allowed = await check(files, { inputs: { allow_failure: true } });
      expect(allowed.log).toContain('WARN 1');
      expect(allowed.status).toBe(0);
    },
    60_000,
  );

  testWith(
    ['bash'],
    'is refused with inputs that are none',
    async () => {
      for (const inputs of [
        { policy: "a'b" },
        { policy: '$(id)' },
        { paths: 'a' },
        { bundle_url: 'file:///x' },
      ])
        expect((await check({}, { inputs })).status).toBe(1);
    },
    60_000,
  );
});

describe('its shell', () => {
  const template = publishedTemplate('gate');
  const [text = ''] = Object.values(interpolate(template, { paths: ['a'] }))[0]?.['script'] as string[];

  test('is plain ASCII, and its first line, which GitLab shows, has nothing that a shell reads', () => {
    expect(text).toMatch(/^# ephemeral-creds [\w.-]+: [a-z ,-]+\n[\n -~]*$/);
  });

  for (const shell of [['bash'], ['dash'], ['busybox', 'ash']] as const)
    testWith([shell[0]], `is understood by ${shell.join(' ')}`, () => {
      const run = spawnSync(shell[0], [...shell.slice(1), '-n'], { input: text, encoding: 'utf8' });
      expect(run.stderr).toBe('');
      expect(run.status).toBe(0);
    });
});
