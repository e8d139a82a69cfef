// The workflow to which docs/how-to/migrate/secrets.md leads, by client and broker in one process.
import { expect, test } from '@jest/globals';
import { inProcess } from '../support/client/in-process.ts';
import { exampleInputs } from '../support/example-workflow.ts';

test('the step that needs the value gets it by an output, no other has it, and the end gives it back', async () => {
  await using job = await inProcess();
  expect(await job.main(exampleInputs('../migrate/secrets.after.yml'))).toBe(0);
  const { token = '' } = job.world.told('GITHUB_OUTPUT');
  expect(job.world.printed()).toContain(`::add-mask::${token}`);
  expect(job.world.told('GITHUB_ENV')).toEqual({});
  const { status, world } = await job.post();
  expect(status).toBe(0);
  expect(world.printed()).toContain('given back (revoked)');
});
