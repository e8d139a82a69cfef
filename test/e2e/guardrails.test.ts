/** The built broker finds Cedar beside it, where guardrails are configured, and else does not read it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
});

test('a built broker without guardrails does not need what Cedar is made of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardrails-'));
  cpSync(resolve('dist/ephemeral-creds.cjs'), join(folder, 'ephemeral-creds.cjs'));
  cpSync(resolve('dist/broker/index.cjs'), join(folder, 'broker/index.cjs'));
  for (const name of ['policies', 'guardrails']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'guardrails/g.cedar'), '@id("g") forbid (principal, action, resource);');
  const settings = `public_url: http://127.0.0.1:8443
listen: 127.0.0.1:8443
tls: off
store: { sqlite: ./broker.db }
issuers: [ github ]
roles: { deploy: { engine: jwt, audience: "https://deploy.example.com" } }
policies: ./policies
audit: [ stdout ]
`;
  const check = (yaml: string): number | null => {
    writeFileSync(join(folder, 'broker.yaml'), yaml);
    const cli = join(folder, 'ephemeral-creds.cjs');
    return spawnSync(process.execPath, [cli, 'broker', 'check', '--config', join(folder, 'broker.yaml')])
      .status;
  };
  expect(check(settings)).toBe(0);
  expect(check(`${settings}guardrails: ./guardrails\n`)).toBe(70);
  cpSync(resolve('dist/broker/cedar_wasm_bg.wasm'), join(folder, 'broker/cedar_wasm_bg.wasm'));
  expect(check(`${settings}guardrails: ./guardrails\n`)).toBe(0);
  rmSync(folder, { recursive: true });
});
