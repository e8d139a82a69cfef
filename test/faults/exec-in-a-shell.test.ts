// `exec` on a machine that is no CI system of ours, with the one ID token of a variable and without `--state`.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ShellJob, type ExecEnd } from '../support/exec.ts';
import { idTokenText } from '../support/lender.ts';
import { startScene, type Scene } from '../support/scene.ts';

const minute = 60_000;
let scene: Scene;
let temp: string;
let job: ShellJob;
beforeEach(async () => {
  scene = await startScene();
  temp = mkdtempSync(join(tmpdir(), 'shell-'));
  job = new ShellJob({ GITHUB_ACTIONS: '', TMPDIR: temp });
});
afterEach(async () => {
  job[Symbol.dispose]();
  rmSync(temp, { recursive: true });
  await scene[Symbol.asyncDispose]();
});

const run = (token: string, script = 'true'): Promise<ExecEnd> =>
  job.sh(script, {
    options: { 'broker-url': scene.server.url, role: 'deploy', 'id-token': 'env:MY_TOKEN' },
    env: { MY_TOKEN: token },
  });

/** Keys by which the broker was asked, in the order of asking. */
const keys = (): unknown[] =>
  scene.arrived('/token').map(({ headers }) => {
    const [header = ''] = String(headers['dpop']).split('.');
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { jwk: { x: string } }).jwk.x;
  });

const left = (): string[] =>
  readdirSync(temp, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));

test(
  'a second `exec` with the same ID token has the same key; one with another has another',
  async () => {
    const [mine, theirs] = [idTokenText(scene.server.url), idTokenText(scene.server.url)];
    for (const token of [mine, mine, theirs]) expect(await run(token)).toMatchObject({ status: 0 });
    const [first, second, third] = keys();
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(scene.lender.alive).toEqual([]);
  },
  minute,
);

test(
  'two at once with the same ID token have the same key',
  async () => {
    const token = idTokenText(scene.server.url);
    const ends = await Promise.all([run(token), run(token)]);
    expect(ends).toMatchObject([{ status: 0 }, { status: 0 }]);
    expect(new Set(keys()).size).toBe(1);
    expect(left()).toHaveLength(1);
  },
  minute,
);

test(
  'once the ID token has ended nothing is left: by the same command, or by whoever comes next',
  async () => {
    const ended = new Date(Date.now() - 400_000);
    // Ends at once, as one does while its command runs: a broker would refuse it, this one does not ask.
    expect(await run(idTokenText(scene.server.url, { at: ended }))).toMatchObject({ status: 0 });
    expect(left()).toEqual([]);
    const folder = join(temp, `ephemeral-creds-${String(process.getuid?.())}`);
    const earlier = 'key-0123456789abcdef-1000000000.json';
    writeFileSync(join(folder, earlier), '{}', { mode: 0o600 });
    const next = await run(idTokenText(scene.server.url), `ls '${folder}'`);
    expect(next.status).toBe(0);
    expect(next.stdout.toString()).toMatch(/^key-[0-9a-f]{16}-/m);
    expect(next.stdout.toString()).not.toContain(earlier);
  },
  minute,
);
