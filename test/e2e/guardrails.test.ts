/** The built broker finds Cedar beside it, where guardrails are configured, and else does not read it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { readAction } from '../support/runner-action.ts';

const action = readAction('action.yml');

async function lent(place: Place, role: string): Promise<boolean> {
  await using job = place.job();
  const main = await job.step(action.main, { inputs: action.inputs({ 'broker-url': place.url, role }) });
  await job.post(action.post ?? '', main);
  return main.exitCode === 0;
}

test('a built broker lends what its guardrails do not forbid', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardrails-'));
  const text = '@id("no-deploy") forbid (principal is github::Job, action, resource == Role::"deploy");';
  writeFileSync(join(folder, 'all.cedar'), text);
  await using place = await startPlace(undefined, `guardrails: ${folder}`);
  expect([await lent(place, 'app-ro'), await lent(place, 'deploy')]).toEqual([true, false]);
  expect(place.audit().filter((line) => line.includes('"forbidden":["no-deploy"]'))).toHaveLength(1);
  rmSync(folder, { recursive: true });
}, 30_000);
