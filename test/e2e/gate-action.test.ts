/** The action `gate/`, as the runner runs it: the built bundle, its inputs, command files and log. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { literalSecrets } from '../support/gate/literal-secrets.ts';
import { sarifVerdict } from '../support/gate/schemas.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';
import type { StepResult } from '../support/runner-step.ts';

const action = readAction('gate/action.yml');
const workflow = '.github/workflows/release.yml';
const bad = `on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - name: Publish
        run: npm publish
        env:
          NODE_AUTH_TOKEN: \${{ secrets.RELEASE }}
`;
const good = 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n';

function jobWith(files: Readonly<Record<string, string>>): Job {
  const job = startJob();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(job.workspace, name)), { recursive: true });
    writeFileSync(join(job.workspace, name), text);
  }
  return job;
}

const gate = (job: Job, given: Readonly<Record<string, string>> = {}): Promise<StepResult> =>
  job.step(action.main, { inputs: action.inputs(given) });

test('a static secret fails the step; the log, the annotation and the summary say where and what to do', async () => {
  await using job = jobWith({ [workflow]: bad });
  const { exitCode, outputs, annotations, log, rawLog, summary } = await gate(job);
  expect(exitCode).toBe(1);
  expect(outputs).toMatchObject({ errors: '1', stops: 'true', 'sarif-file': '' });
  expect(annotations[0]).toMatchObject({
    level: 'error',
    title: 'EO104 package-registry-token',
    message: expect.stringContaining('docs/reference/gate/EO104.md'),
  });
  expect(rawLog).toContain(`::error file=${workflow},line=9,`);
  expect(log).toContain(`${workflow}:9:`);
  expect(summary).toContain('## Static secrets: the job stops');
  expect(job.env.size).toBe(0);
}, 60_000);

test('nothing found: the step is green', async () => {
  await using job = jobWith({ [workflow]: good });
  const { exitCode, outputs, annotations, summary } = await gate(job);
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ findings: '0', errors: '0', stops: 'false' });
  expect(annotations).toEqual([]);
  expect(summary).toContain('none found');
}, 60_000);

test('SARIF is written where it was asked for, and named by an output; annotations and summary can be left out', async () => {
  await using job = jobWith({ [workflow]: bad });
  const inputs = { 'sarif-file': 'gate.sarif', annotations: 'false', summary: 'false', fail: 'false' };
  const { exitCode, outputs, annotations, summary } = await gate(job, inputs);
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ stops: 'true', 'sarif-file': 'gate.sarif' });
  expect(sarifVerdict(JSON.parse(readFileSync(join(job.workspace, 'gate.sarif'), 'utf8')))).toEqual([]);
  expect(annotations).toEqual([]);
  expect(summary).toBe('');
}, 60_000);

test('a file of SARIF that cannot be written ends with 2, whatever else was found', async () => {
  await using job = jobWith({ [workflow]: good });
  const { exitCode, annotations, outputs } = await gate(job, { 'sarif-file': 'no/such/folder.sarif' });
  expect(exitCode).toBe(2);
  expect(annotations[0]?.message).toContain('no/such/folder.sarif cannot be written');
  expect(outputs['sarif-file']).toBe('');
}, 60_000);

test('the policy file may let the job go on; the workflow can only be stricter', async () => {
  await using job = jobWith({ [workflow]: bad, '.ephemeral-creds.yml': 'mode: report\n' });
  const modes = await Promise.all([gate(job), gate(job, { mode: 'enforce' }), gate(job, { mode: 'report' })]);
  expect(modes.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2]);
  expect(modes[2].annotations[0]?.message).toContain('A workflow makes the gate stricter only');
}, 60_000);

test.each([
  ['annotations', 'perhaps'],
  ['fail', 'no'],
  ['policy', 'no-such-file.yml'],
  ['paths', 'no-such-folder'],
])(
  'the input %s: %s ends with 2 and names what is wrong',
  async (name, value) => {
    await using job = jobWith({ [workflow]: good });
    const { exitCode, annotations } = await gate(job, { [name]: value });
    expect(exitCode).toBe(2);
    expect(annotations[0]?.message).toMatch(value.startsWith('no-such') ? value : name);
  },
  60_000,
);

test('an input that is nearly right does not make the gate milder', async () => {
  await using job = jobWith({ [workflow]: good });
  const inputs = { ...action.inputs({}), mod: 'enforce' };
  const { exitCode, log } = await job.step(action.main, { inputs });
  expect(exitCode).toBe(2);
  expect(log).toContain('The input `mod` is not an input; did you mean `mode`?');
}, 60_000);

test('paths: one a line; what lies elsewhere is not read', async () => {
  await using job = jobWith({ [workflow]: bad, 'a/.github/workflows/x.yml': good, 'b/ci.yml': good });
  const { exitCode, log } = await gate(job, { paths: 'a\nb/ci.yml\n' });
  expect(exitCode).toBe(0);
  expect(log).toContain('2 files read');
}, 60_000);

test('L40 no value of a secret is in the log, the summary, the outputs or in SARIF', async () => {
  const steps = literalSecrets.map(({ text }) => {
    const word = JSON.stringify(text.replaceAll('\n', ' '));
    return `      - name: ${word}\n        run: npm publish\n        env: { VALUE: ${JSON.stringify(text)}, NODE_AUTH_TOKEN: "\${{ secrets.A }}" }\n`;
  });
  await using job = jobWith({ [workflow]: `on: push\njobs:\n  a:\n    steps:\n${steps.join('')}` });
  const { exitCode, rawLog, summary, outputs } = await gate(job, { 'sarif-file': 'gate.sarif' });
  expect(exitCode).toBe(1);
  const sarif = readFileSync(join(job.workspace, 'gate.sarif'), 'utf8');
  const told = [rawLog, summary, JSON.stringify(outputs), sarif].join('\n');
  expect(told.match(/EO40\d/g)?.length).toBeGreaterThan(literalSecrets.length);
  const shown = literalSecrets.filter(({ secret }) =>
    Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).some((each) =>
      told.includes(each),
    ),
  );
  expect(shown.map(({ kind }) => kind)).toEqual([]);
}, 60_000);

test('names in a file are no commands to the runner', async () => {
  const name = JSON.stringify('::add-mask::publish\n::set-output name=stops::false ##[error]x');
  const hostile = bad.replace('name: Publish', `name: ${name}`).replace('publish:', `${name}:`);
  await using job = jobWith({ [workflow]: hostile });
  const { outputs, annotations, log } = await gate(job);
  expect(outputs['stops']).toBe('true');
  expect(
    annotations.filter(({ level }) => level === 'warning').every(({ title }) => title?.startsWith('EO')),
  ).toBe(true);
  expect(log).toContain('npm publish');
}, 60_000);
