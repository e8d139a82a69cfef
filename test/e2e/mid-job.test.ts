// `revoke/` in the middle of a job, for what every provider lends, while another lease lives beside: the built bundles, each
// against its stand-in.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { lenderRows, startLenders, type Lenders } from '../support/lenders.ts';
import { readAction } from '../support/runner-action.ts';
import type { StepResult } from '../support/runner-step.ts';
import { startJob, type Job } from '../support/runner.ts';

const action = readAction('action.yml');
const early = readAction('revoke/action.yml');
const minute = 60_000;
let at: Lenders;
beforeAll(async () => {
  at = await startLenders();
}, minute);
afterAll(async () => {
  await at[Symbol.asyncDispose]();
});

const newJob = (): Job =>
  startJob({
    idToken: { url: at.issuer.requestUrl, token: at.issuer.requestToken },
    debug: true,
    env: at.edge.env,
  });

/** What keeps no file: variables and outputs. */
const inFiles = (how: string): boolean => !/^(auto|env|outputs)\b/.test(how);

/** Variables that hold something; the user's own files may be led to by name: to some tools an empty variable is a name, too. */
const held = (job: Job): Record<string, string> =>
  Object.fromEntries(
    [...job.env].filter(
      ([, value]) =>
        value !== '' && !/^include\.path$|gitconfig$/.test(value) && !value.startsWith(`${job.home}/`),
    ),
  );

/** The files to which variables lead, and what is in them. @param but those of another */
const filesOf = (job: Job, but: Readonly<Record<string, string>>): Record<string, string> => {
  const led = [...job.env.values()].filter((each) => each.startsWith('/') && existsSync(each));
  const paths = led.filter((each) => !Object.hasOwn(but, each));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8')]));
};

interface Loan {
  readonly main: StepResult;
  readonly value: string;
  readonly files: Record<string, string>;
  readonly variables: Record<string, string>;
}

describe.each(Object.entries(lenderRows))('%s', (_, { inputs, exports, token, lives }) => {
  async function borrow(job: Job, how: string, before: Partial<Loan> = {}): Promise<Loan> {
    const main = await job.step(action.main, { inputs: action.inputs({ ...inputs(at), export: how }) });
    expect([main.exitCode, main.exitCode === 0 ? '' : main.log]).toEqual([0, '']);
    return { main, value: token(at), files: filesOf(job, before.files ?? {}), variables: held(job) };
  }

  async function giveBack(job: Job, { main, value, files }: Loan): Promise<StepResult> {
    const ids = main.outputs['lease-ids'] ?? '';
    const now = await job.step(early.main, { inputs: early.inputs({ 'lease-ids': ids }) });
    expect(now).toMatchObject({ exitCode: 0, annotations: [] });
    expect(now.log).toContain(lives === undefined ? 'cannot be revoked: ends' : 'given back (revoked)');
    if (lives !== undefined) expect(lives(value, at)).toBe(false);
    for (const path of Object.keys(files)) expect(existsSync(path)).toBe(false);
    return now;
  }

  /** The lease lives, its files are whole, and whoever is led to one of them is led to this one's. */
  function assertWhole(job: Job, { value, files, variables }: Loan): void {
    if (lives !== undefined) expect(lives(value, at)).toBe(true);
    for (const [path, text] of Object.entries(files)) expect(readFileSync(path, 'utf8')).toBe(text);
    const led = Object.entries(variables).filter(([, each]) => Object.hasOwn(files, each));
    expect(held(job)).toMatchObject(Object.fromEntries(led));
  }

  test.each(exports.map((how, at) => [how, at % 2 === 0 ? 'earlier' : 'later'] as const))(
    '%s: `revoke/` takes it away, gives back what can be given back, and says what cannot; C37 the %s of two first',
    async (how, first) => {
      await using job = newJob();
      const earlier = await borrow(job, how);
      expect(Object.keys(earlier.files).length > 0).toBe(inFiles(how));
      const later = await borrow(job, how, earlier);
      expect(later.value).not.toBe(earlier.value);
      const [gone, beside] = first === 'earlier' ? [earlier, later] : [later, earlier];
      const steps = [await giveBack(job, gone)];
      assertWhole(job, beside);
      if (beside === later) expect(held(job)).toEqual(later.variables);
      for (const path of leftOvers(job)) expect(readFileSync(path, 'utf8')).not.toContain(gone.value);
      steps.push(await giveBack(job, beside));
      expect(held(job)).toEqual({});
      for (const path of leftOvers(job)) expect(readFileSync(path, 'utf8')).not.toContain(beside.value);
      for (const { main } of [later, earlier]) {
        const end = await job.post(action.post ?? '', main);
        expect(end).toMatchObject({ exitCode: 0, annotations: [] });
        steps.push(end);
      }
      for (const step of [earlier.main, later.main, ...steps])
        assertHidden(step, [earlier.value, later.value]);
      expect(leftOvers(job)).toEqual([]);
    },
    minute,
  );
});
