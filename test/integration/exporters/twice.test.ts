// C37: every exporter twice in one job, each read by its real tool, given back in every order: what remains is what stood before.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { lendingJob, type LendingJob, type LentStep } from '../../support/client/lending-world.ts';
import { testWith } from '../../support/peers.ts';
import { ownersIn, putOwn, stepOf, toolRows, type Owner, type ToolRow } from '../../support/tool-rows.ts';

const minute = 60_000;

interface Scene extends Disposable {
  readonly job: LendingJob;
  readonly steps: readonly [LentStep, LentStep];
  /** What the tool said before both. */
  readonly before: string;
  readonly home: () => Record<string, string>;
}

async function twice(row: ToolRow, second: 'one' | 'two'): Promise<Scene> {
  const job = lendingJob({ ...stepOf(row, 'one').roles, ...stepOf(row, 'two').roles });
  putOwn(row, job.home);
  const home = (): Record<string, string> =>
    Object.fromEntries(
      Object.keys(row.own).map((path) => [path, readFileSync(join(job.home, path), 'utf8')]),
    );
  const before = await job.run(row.tool);
  expect(ownersIn(before)).toEqual(Object.keys(row.own).length > 0 ? ['own'] : []);
  const borrow = async (step: 'one' | 'two'): Promise<LentStep> => {
    const { role, line } = stepOf(row, step);
    const lent = await job.main({ role, export: line });
    expect([lent.status, lent.status === 0 ? '' : lent.world.printed()]).toEqual([0, '']);
    return lent;
  };
  const steps = [await borrow('one'), await borrow(second)] as const;
  return {
    ...{ job, steps, before, home },
    [Symbol.dispose]: () => {
      job[Symbol.dispose]();
    },
  };
}

/** The files of a step. */
const filesOf = ({ state }: LentStep): string[] => (JSON.parse(state) as { files: string[] }).files;

async function sees({ job }: Scene, row: ToolRow): Promise<Owner[]> {
  return ownersIn(await job.run(row.tool));
}

/** Of the user and of both steps; of a tool that knows one, the last. */
const expected = (row: ToolRow, ...steps: ('one' | 'two')[]): Owner[] =>
  row.single ? steps.slice(-1) : [...(Object.keys(row.own).length > 0 ? (['own'] as const) : []), ...steps];

/** Nothing of ours is left, no variable leads into our folder, and the tool says what it said before. */
async function assertAsBefore(scene: Scene, row: ToolRow): Promise<void> {
  const { job, steps, before } = scene;
  for (const step of steps) for (const path of filesOf(step)) expect(existsSync(path)).toBe(false);
  const led = Object.entries(job.env).filter(([, value]) => value.includes('/ephemeral-creds/'));
  // git reads nothing there, and a later step may have counted on.
  expect(led.filter(([name]) => !name.startsWith('GIT_CONFIG_VALUE_'))).toEqual([]);
  expect(await job.run(row.tool)).toBe(before);
  expect(job.lender.alive).toEqual([]);
}

describe.each(Object.entries(toolRows))('C37 %s twice in one job', (_, row) => {
  const peers = row.peers ?? [];

  testWith(
    peers,
    'the posts, as the runner orders them: the tool is led back to the first, then to the user’s own',
    async () => {
      using scene = await twice(row, 'two');
      const { job, steps, home } = scene;
      const own = home();
      expect(await sees(scene, row)).toEqual(expected(row, 'one', 'two'));
      await job.post(steps[1]);
      expect(await sees(scene, row)).toEqual(expected(row, 'one'));
      await job.post(steps[0]);
      await assertAsBefore(scene, row);
      expect(home()).toEqual(own);
      expect(readdirSync(join(job.temp, 'ephemeral-creds'))).toEqual([]);
    },
    minute,
  );

  testWith(
    peers,
    'in the middle of the job, the first before the second: the second’s files and variables work',
    async () => {
      using scene = await twice(row, 'two');
      const { job, steps } = scene;
      const told = await job.revoke(steps[0].ids);
      for (const path of filesOf(steps[0])) expect(existsSync(path)).toBe(false);
      expect(await sees(scene, row)).toContain('two');
      expect(told.printed()).not.toContain('::warning');
      await job.revoke(steps[1].ids);
      await assertAsBefore(scene, row);
      for (const step of steps.toReversed()) await job.post(step);
      await assertAsBefore(scene, row);
    },
    minute,
  );

  testWith(
    peers,
    'the same role twice: each has its own files; the second, then the first are given back',
    async () => {
      using scene = await twice(row, 'one');
      const { job, steps } = scene;
      expect(filesOf(steps[0])).not.toEqual(filesOf(steps[1]));
      expect(await sees(scene, row)).toEqual(expected(row, 'one'));
      await job.revoke(steps[1].ids);
      expect(await sees(scene, row)).toEqual(expected(row, 'one'));
      await job.revoke(steps[0].ids);
      await assertAsBefore(scene, row);
    },
    minute,
  );
});

testWith(
  ['gcloud'],
  'C37 gcloud has the token of the second step, then that of the first',
  async () => {
    const row = toolRows['gcp-adc'];
    if (row === undefined) throw new Error('no such row');
    using scene = await twice(row, 'two');
    const { job, steps } = scene;
    const said = (): Promise<string> => job.run('gcloud auth print-access-token 2>&1');
    expect(await said()).toContain('of-two');
    await job.revoke(steps[1].ids);
    expect(await said()).toContain('of-one');
  },
  minute,
);
