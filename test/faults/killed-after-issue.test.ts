// Servers that take back nothing but the token itself: what becomes of it when main is killed just after it was issued.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { leftOvers } from '../support/client/assert-hidden.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { startPlainSts } from '../support/plain-sts.ts';
import { startCrates, startOctoSts, type PublishingOptions, type Publishing } from '../support/publishing.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob } from '../support/runner.ts';
import { startVault } from '../support/vault.ts';

const action = readAction('action.yml');
const claims = { repository_id: '456789', environment: 'production' };
let issuer: ListeningIssuer;
let folder: string;
beforeAll(async () => {
  issuer = await startIssuer();
  folder = mkdtempSync(join(tmpdir(), 'killed-'));
  writeFileSync(join(folder, 'crash.cjs'), crash);
});
afterAll(async () => {
  await issuer.close();
  rmSync(folder, { recursive: true });
});

/** Kills its process before the n-th thing that it prints, writes or renames. */
const crash = `
  const fs = require('node:fs');
  let left = Number(process.env.CRASH_BEFORE);
  for (const name of ['writeSync', 'renameSync']) {
    const real = fs[name];
    fs[name] = (...args) => {
      if (left-- === 0) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    };
  }
`;

interface Place extends AsyncDisposable {
  readonly inputs: Record<string, string>;
  readonly issued: readonly string[];
  readonly lives: (token: string) => boolean;
}

async function published(
  start: (options: PublishingOptions) => Promise<Publishing>,
  inputs: (url: string) => Record<string, string>,
): Promise<Place> {
  const server = await start({ issuer, publisher: claims });
  return {
    inputs: inputs(server.url),
    issued: server.issued,
    lives: server.takes,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  'octo-sts': () =>
    published(startOctoSts, (url) => ({
      provider: 'octo-sts',
      role: 'release',
      params: `url: ${url}\napi-url: ${url}\nscope: octo-org/octo-repo`,
    })),
  crates: () => published(startCrates, (url) => ({ provider: 'crates', params: `url: ${url}` })),
  vault: async () => {
    const audience = 'https://vault.example.com:8200';
    const server = await startVault({
      issuer,
      roles: { deploy: { audiences: [audience], claims, may: [] } },
    });
    return {
      inputs: { provider: 'vault', role: 'deploy', audience, params: `url: ${server.url}` },
      issued: server.issued,
      lives: (token) => server.tokens.has(token),
      [Symbol.asyncDispose]: () => server.close(),
    };
  },
  sts: startPlainSts,
};

/** The writing of the draft: until then nobody but the dead process has known the token. */
const unnoted = 1;

test.each(Object.keys(places))(
  'C28: %s: wherever main is killed once our file has the token, post gives it back',
  async (name) => {
    await using place = await (places[name] ?? startPlainSts)();
    const lost: number[] = [];
    let killed = 0;
    for (let exit: number | null = null, at = 0; exit === null; at++) {
      await using job = startJob({
        idToken: { url: issuer.requestUrl, token: issuer.requestToken },
        env: { NODE_OPTIONS: `--require=${join(folder, 'crash.cjs')}` },
      });
      const before = place.issued.length;
      const inputs = action.inputs({ ...place.inputs, export: 'outputs' });
      const main = await job.step(action.main, { inputs, env: { CRASH_BEFORE: String(at) } });
      exit = main.exitCode;
      const noted = leftOvers(job).filter((path) => /[0-9a-f]{16}\.json(?:\.[0-9a-f]{16})?$/.test(path));
      const [token] = place.issued.slice(before);
      const known = token !== undefined && noted.some((path) => readFileSync(path, 'utf8').includes(token));
      const post = await job.post(action.post ?? '', main, { env: { CRASH_BEFORE: '-1' } });
      expect(post).toMatchObject({ exitCode: 0, annotations: [] });
      if (token === undefined) continue;
      expect(leftOvers(job)).toEqual([]);
      if (exit === null) killed++;
      if (place.lives(token)) lost.push(at);
      expect([at, place.lives(token)]).toEqual([at, !known]);
    }
    expect(killed).toBeGreaterThan(5);
    expect(lost).toHaveLength(unnoted);
  },
  120_000,
);
