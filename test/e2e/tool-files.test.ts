// The built action with files for tools: what a job, another step of it or a machine that fails can do to them.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { readAction } from '../support/runner-action.ts';
import type { Job } from '../support/runner.ts';
import type { StepResult } from '../support/runner-step.ts';

const action = readAction('action.yml');
const early = readAction('revoke/action.yml');
const post = action.post ?? '';
let place: Place;
beforeAll(async () => {
  place = await startPlace();
}, 60_000);
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

const minute = 60_000;
const npmrc = 'npmrc url=https://npm.example.com scope=@octo-org';
const lines = [
  'git-credential url=https://git.example.com/octo-org',
  npmrc,
  'docker-config url=https://images.example.com username=x',
  'netrc url=https://artifacts.example.com username=deploy',
  'pypirc url=https://pypi.example.com/legacy/',
  'file RAW=token',
];
const inputs = (lines_: readonly string[], more: Record<string, string> = {}): Record<string, string> =>
  action.inputs({ 'broker-url': place.url, role: 'deploy', export: lines_.join('\n'), ...more });
const borrow = (
  job: Job,
  lines_: readonly string[] = lines,
  env: Record<string, string> = {},
  role = 'deploy',
): Promise<StepResult> => job.step(action.main, { inputs: inputs(lines_, { role }), env });
const revoked = (): number => place.audit().filter((each) => each.includes('lease revoked')).length;
const led = (job: Job, name: string): string => job.env.get(name) ?? '';

test(
  'every file is for the owner alone, masked when it is shown, and gone after post; the home folder is as it was',
  async () => {
    await using job = place.job();
    writeFileSync(join(job.home, '.npmrc'), 'registry=https://inhouse.example.com/\n');
    const main = await borrow(job);
    expect(main).toMatchObject({ conclusion: 'success', exitCode: 0 });
    const folder = dirname(led(job, 'NETRC'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const token = readFileSync(led(job, 'RAW'), 'utf8');
    const careless = await job.run(`cat ${folder}/*`);
    for (const step of [main, careless]) expect(step.log).not.toContain(token);
    for (const text of careless.log.match(/"auth": "(.*)"/g) ?? []) expect(text).toContain('***');
    assertHidden(main, [token]);
    expect((await job.post(post, main)).exitCode).toBe(0);
    expect(leftOvers(job)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(job.home)).toEqual(['.npmrc']);
  },
  minute,
);

test(
  'main is killed while it delivers: post gives back, and leaves no file',
  async () => {
    for (const wanted of ['gitconfig', 'config.json']) {
      await using job = place.job();
      const step = job.start(action.main, { inputs: inputs(lines) });
      const ended = new AbortController();
      void step.done.finally(() => {
        ended.abort();
      });
      while (!ended.signal.aborted && !leftOvers(job).some((path) => path.endsWith(wanted))) await sleep(1);
      step.kill('SIGKILL');
      const main = await step.done;
      const before = revoked();
      expect((await job.post(post, main)).exitCode).toBe(0);
      expect(leftOvers(job)).toEqual([]);
      expect(revoked()).toBe(before + 1);
    }
  },
  minute,
);

describe('two steps with the same line', () => {
  const theirs = 'registry=https://inhouse.example.com/\n';
  const second = 'npmrc url=https://second.example.com';
  const revoke = (job: Job, main?: StepResult): Promise<StepResult> =>
    job.step(early.main, {
      inputs: early.inputs(main === undefined ? {} : { 'lease-ids': main.outputs['lease-ids'] ?? '' }),
    });

  test.each(['both at once', 'the first, then the second', 'the second, then the first'])(
    'given back %s, npm is led where it was led before both',
    async (order) => {
      const own = join(place.operatorKey, '..', 'own-npmrc');
      writeFileSync(own, theirs);
      await using job = place.job();
      job.env.set('NPM_CONFIG_USERCONFIG', own);
      const steps = [await borrow(job, [npmrc]), await borrow(job, [second], {}, 'app-ro')] as const;
      expect(steps.map(({ log, exitCode }) => exitCode === 0 || log)).toEqual([true, true]);
      const both = readFileSync(led(job, 'NPM_CONFIG_USERCONFIG'), 'utf8');
      for (const part of [theirs, '//npm.example.com/:', '//second.example.com/:'])
        expect(both).toContain(part);
      if (order === 'both at once') expect((await revoke(job)).exitCode).toBe(0);
      else
        for (const step of order.startsWith('the first') ? steps : steps.toReversed())
          expect((await revoke(job, step)).exitCode).toBe(0);
      expect(led(job, 'NPM_CONFIG_USERCONFIG')).toBe(own);
      expect(leftOvers(job)).toEqual([]);
      for (const step of steps.toReversed()) expect((await job.post(post, step)).exitCode).toBe(0);
    },
    minute,
  );
});

describe('what lies in the place of the user’s own file', () => {
  test.each<readonly [string, (home: string) => void]>([
    [
      'a link that leads out',
      (home) => {
        symlinkSync('/etc/passwd', join(home, '.npmrc'));
      },
    ],
    ['a pipe', (home) => void execFileSync('mkfifo', [join(home, '.netrc')])],
    [
      'a huge file',
      (home) => {
        writeFileSync(join(home, '.pypirc'), Buffer.alloc(3_000_000, 120));
      },
    ],
    [
      'a folder that is a link',
      (home) => {
        const outside = join(home, '..', 'outside');
        mkdirSync(outside);
        writeFileSync(join(outside, 'config.json'), '{"auths":{"images.example.org":{"auth":"eDp5"}}}');
        symlinkSync(outside, join(home, '.docker'));
      },
    ],
  ])(
    '%s: the step ends, says which, and gives back',
    async (_, plant) => {
      await using job = place.job();
      plant(job.home);
      const before = revoked();
      const main = await borrow(job);
      expect(main.exitCode).not.toBe(0);
      expect(main.log).toContain('[delivery-failed]');
      expect(main.log).toContain(job.home);
      expect(revoked()).toBe(before + 1);
      expect(Object.values(Object.fromEntries(job.env)).filter((value) => value.includes(job.temp))).toEqual(
        [],
      );
      await job.post(post, main);
      expect(leftOvers(job)).toEqual([]);
    },
    minute,
  );

  test(
    'a second name of a file, a home folder that is a link, and none at all: the files stay as they are',
    async () => {
      await using job = place.job();
      const real = join(job.home, '..', 'real');
      renameSync(job.home, real);
      symlinkSync(real, job.home);
      writeFileSync(join(real, 'other'), 'fund=false\n');
      linkSync(join(real, 'other'), join(real, '.npmrc'));
      const main = await borrow(job, [npmrc]);
      expect(main.exitCode).toBe(0);
      expect(readFileSync(led(job, 'NPM_CONFIG_USERCONFIG'), 'utf8')).toMatch(/^fund=false\n/);
      await job.post(post, main);
      expect(readFileSync(join(real, 'other'), 'utf8')).toBe('fund=false\n');
      const homeless = await borrow(job, lines, { HOME: '' });
      expect(homeless.exitCode).toBe(0);
      await job.post(post, homeless);
      expect(leftOvers(job)).toEqual([]);
    },
    minute,
  );
});

test(
  'what cannot be delivered is known before anything is sent',
  async () => {
    await using job = place.job();
    const before = place.audit().length;
    for (const [line_, problem] of [
      ['gcp-adc', '`gcp-adc` no '],
      ['file', '`file` no '],
      [`${npmrc}\n${npmrc}`, 'names an exporter twice'],
      ['nrtec', 'names no known exporter'],
    ] as const) {
      const main = await borrow(job, [line_]);
      expect(main.exitCode).toBe(64);
      expect(main.log).toContain(problem);
    }
    expect(place.audit()).toHaveLength(before);
  },
  minute,
);

test.each([
  [['nrtec'], 'names no known exporter'],
  [['nrtec', 'netcr'], 'names no known exporter'],
  [['gcp-adc'], '`gcp-adc` no '],
])(
  '`check` with the lines %j says what is wrong, and nothing of a rejection',
  (names, problem) => {
    const words = ['check', '--broker-url', place.url, '--role', 'deploy', '--id-token', 'env:TOKEN'];
    const lines_ = ['--export', names.join('\n')];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['dist/ephemeral-creds.cjs', ...words, ...lines_],
      { encoding: 'utf8', env: { TOKEN: 'x', PATH: process.env['PATH'] } },
    );
    expect({ status, said: stdout + stderr }).toMatchObject({ status: 64 });
    expect(stdout + stderr).toContain(problem);
    expect(stdout + stderr).not.toMatch(/nhandled|defect|\n {4}at /);
  },
  minute,
);
