import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as faults from '../support/faults.ts';
import { refuse } from '../support/lender.ts';
import { startJob } from '../support/runner.ts';
import { mainDoor, postDoor, startScene, type Scene, type Script } from '../support/scene.ts';
import type { Run, World } from '../support/world.ts';

/** Main has gone well; what comes then is told by `post`. */
async function borrowed(
  script: Pick<Script, 'revoke' | 'idToken'>,
  inputs: Readonly<Record<string, string>> = {},
): Promise<{ scene: Scene; world: World; main: Run } & AsyncDisposable> {
  const scene = await startScene(script);
  const world = scene.world();
  const main = await world.main(scene.inputs(inputs));
  expect(main.exitCode).toBe(0);
  const dispose = async () => {
    world[Symbol.dispose]();
    await scene.server.close();
  };
  return { scene, world, main, [Symbol.asyncDispose]: dispose };
}

test('C30: a broker that is down is tried for 20 seconds, then the warning says what lives until when', async () => {
  await using story = await borrowed({ revoke: faults.status(503, 3) });
  const { scene, world, main } = story;
  const post = await world.post(main);
  expect(post.exitCode).toBe(0);
  expect(world.clock.passedMs()).toBeGreaterThan(15_000);
  expect(world.clock.passedMs()).toBeLessThanOrEqual(20_000);
  const [id = ''] = scene.lender.alive;
  const expiry = main.outputs['expires-at'] ?? '';
  const warning = post.annotations.find(({ level }) => level === 'warning')?.message;
  for (const text of [warning, post.summary.replaceAll('&#95;', '_')]) {
    expect(text).toContain(id);
    expect(text).toContain('immediate');
    expect(text).toContain(expiry);
  }
});

test('C30: a network that is down is told as such, whatever was tried after it', async () => {
  await using story = await borrowed({ revoke: faults.reset });
  const post = await story.world.post(story.main);
  expect(post.exitCode).toBe(0);
  expect(post.annotations[0]?.message).toContain('broke');
});

test('C30: when giving back by handle and by ID token fail, the first reason is told', async () => {
  await using story = await borrowed({ revoke: refuse(400, 'invalid_request') });
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: '' };
  const post = await story.world.post(story.main, env);
  expect(post.annotations[0]?.message).toContain('invalid_request');
});

test('C30: a refused handle is followed by a fresh ID token', async () => {
  await using story = await borrowed({});
  const { scene, world, main } = story;
  const state = { ledger: (main.state['ledger'] ?? '').replace(/"handle":"[^"]+"/, '"handle":"unknown"') };
  const post = await world.post({ state });
  expect(post.exitCode).toBe(0);
  expect(scene.forms('/revoke').map((form) => form.get('token_type_hint'))).toEqual([
    'urn:ephemeral-creds:revocation-handle',
    'urn:ietf:params:oauth:token-type:id_token',
  ]);
  expect(scene.lender.alive).toEqual([]);
});

test('C30: with fail-on-revoke-error the job fails with 1', async () => {
  await using story = await borrowed({ revoke: faults.status(500) }, { 'fail-on-revoke-error': 'true' });
  const post = await story.world.post(story.main);
  expect(post.exitCode).toBe(1);
  expect(post.annotations.at(-1)).toMatchObject({ level: 'error' });
});

test('C30: a broker that says it is still alive has not given back', async () => {
  const alive = { state: 'active', revocability: 'immediate', expires_at: new Date().toISOString() };
  await using story = await borrowed({ revoke: faults.json({ leases: [{ lease_id: 'lse_1', ...alive }] }) });
  const post = await story.world.post(story.main);
  expect(post.annotations[0]?.message).toContain('could not be given back');
});

test('C30: main that was killed before it knew its lease is in the summary, too', async () => {
  await using story = await borrowed({ revoke: faults.status(503) });
  const { world, main } = story;
  const state = {
    ledger: JSON.stringify({ ...(JSON.parse(main.state['ledger'] ?? '') as object), leases: [] }),
  };
  const post = await world.post({ state });
  expect(post.annotations[0]?.message).toContain('Could not make sure');
  expect(post.summary).toContain('NOT given back');
});

test.each([404, 409, 410])('C31: %i means that it was given back already', async (status) => {
  await using story = await borrowed({ revoke: refuse(status, 'gone') }, { 'fail-on-revoke-error': 'true' });
  const post = await story.world.post(story.main);
  expect(post.exitCode).toBe(0);
  expect(post.annotations).toEqual([]);
  expect(story.scene.arrived('/revoke')).toHaveLength(1);
  expect(story.scene.arrived('/id-token')).toHaveLength(1);
});

test('C31: given back twice is given back', async () => {
  await using story = await borrowed({});
  const first = await story.world.post(story.main);
  const second = await story.world.post(story.main);
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  expect(second.annotations).toEqual([]);
});

test('C32: a lease that has ended by itself is not asked about', async () => {
  await using story = await borrowed({});
  story.world.clock.advance(901_000);
  const post = await story.world.post(story.main);
  expect(post.exitCode).toBe(0);
  expect(post.log).toContain('had already ended');
  expect(story.scene.arrived('/revoke')).toHaveLength(0);
});

test.each([[{}], [{ STATE_ledger: '' }]])('C33: post without a main (%j) does nothing', async (env) => {
  await using job = startJob();
  const main = await job.run('true');
  const post = await job.post(postDoor, main, { env });
  expect(post).toMatchObject({ exitCode: 0, rawLog: '', summary: '' });
});

test('C33: post after a main that failed before it owed anything does nothing', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const main = await job.step(mainDoor, { inputs: scene.inputs({ provider: 'typo' }) });
  expect(main.exitCode).toBe(64);
  expect(await job.post(postDoor, main)).toMatchObject({ exitCode: 0, rawLog: '' });
});

const fields = { kind: 'postgres-login', name: 'db', host: 'db', port: 5432, database: 'app', username: 'u' };
const login = { ...fields, password: 'p4ssw0rd-of-the-day', ca_certificate: 'PEM' };

/** A login whose CA certificate is delivered as a file. */
async function borrowedFile(): Promise<Awaited<ReturnType<typeof borrowed>> & { path: string }> {
  const scene = await startScene(({ lender }) => ({
    token: lender.lendChanged((loan) => ({
      ...loan,
      authorization_details: loan.authorization_details.map((detail) => ({
        ...detail,
        credentials: [login],
      })),
    })),
  }));
  const world = scene.world();
  const main = await world.main(scene.inputs());
  const dispose = async () => {
    world[Symbol.dispose]();
    await scene.server.close();
  };
  return { scene, world, main, path: main.env['PGSSLROOTCERT'] ?? '', [Symbol.asyncDispose]: dispose };
}

test('C35: files of credentials are erased in post, with the folder that held them', async () => {
  await using story = await borrowedFile();
  expect(readFileSync(story.path, 'utf8')).toBe('PEM');
  expect((await story.world.post(story.main)).exitCode).toBe(0);
  expect(existsSync(dirname(story.path))).toBe(false);
});

test('C35: what is erased is overwritten first', async () => {
  await using story = await borrowedFile();
  // What stays open shows what stays on the disk.
  const open = openSync(story.path, 'r');
  await story.world.post(story.main);
  expect(readFileSync(open)).toEqual(Buffer.alloc(3));
  closeSync(open);
});

test('C35: a file that has a second name loses only ours', async () => {
  await using story = await borrowedFile();
  const other = join(story.world.temp, 'other');
  linkSync(story.path, other);
  await story.world.post(story.main);
  expect(readFileSync(other, 'utf8')).toBe('PEM');
  expect(existsSync(story.path)).toBe(false);
});

test('C35: a file that was swapped for a link is not followed', async () => {
  await using story = await borrowedFile();
  const precious = join(story.world.temp, 'precious');
  writeFileSync(precious, 'precious');
  rmSync(story.path);
  symlinkSync(precious, story.path);
  await story.world.post(story.main);
  expect(readFileSync(precious, 'utf8')).toBe('precious');
  expect(existsSync(story.path)).toBe(false);
});

test('C35: a file that someone has made huge or a folder does not keep post from giving back', async () => {
  await using huge = await borrowedFile();
  truncateSync(huge.path, 8 * 1024 ** 3);
  expect((await huge.world.post(huge.main)).exitCode).toBe(0);
  expect(existsSync(huge.path)).toBe(false);
  expect(huge.scene.lender.alive).toEqual([]);
  await using folder = await borrowedFile();
  rmSync(folder.path);
  mkdirSync(join(folder.path, 'inside'), { recursive: true });
  const post = await folder.world.post(folder.main);
  expect(post.annotations[0]?.message).toContain('could not be removed');
  expect(folder.scene.lender.alive).toEqual([]);
});

test('C35: the command files that main was given are erased on a machine that is used again', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const step = job.start(mainDoor, { inputs: scene.inputs() });
  const { GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE } = step.files;
  const main = await step.done;
  // This runner keeps them.
  for (const path of [GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE]) writeFileSync(path, 'EPHEMERAL_TOKEN=secret');
  const post = await job.post(postDoor, main);
  expect(post.exitCode).toBe(0);
  expect([GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE].filter((path) => existsSync(path))).toEqual([]);
});

test('C35: a command file that cannot be erased is told of, and what is owed is given back all the same', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const step = job.start(mainDoor, { inputs: scene.inputs() });
  const { GITHUB_ENV } = step.files;
  const main = await step.done;
  mkdirSync(join(GITHUB_ENV, 'inside'), { recursive: true });
  const post = await job.post(postDoor, main);
  expect(post.exitCode).toBe(0);
  expect(post.annotations[0]?.message).toContain('could not be removed');
  expect(scene.lender.alive).toEqual([]);
});

test('C37: two instances at the same time in one job owe, deliver and give back apart', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const [one, two] = await Promise.all([
    job.step(mainDoor, { inputs: scene.inputs({ role: 'ONE=deploy' }) }),
    job.step(mainDoor, { inputs: scene.inputs({ role: 'TWO=deploy' }) }),
  ]);
  expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
  const handles = scene.forms('/token').map((form) => form.get('revocation_handle_hash'));
  expect(new Set(handles).size).toBe(2);
  expect(job.env.get('ONE_EPHEMERAL_TOKEN')).not.toBe(job.env.get('TWO_EPHEMERAL_TOKEN'));
  await job.post(postDoor, one);
  expect(scene.lender.alive).toEqual(JSON.parse(two.outputs['lease-ids'] ?? ''));
  await job.post(postDoor, two);
  expect(scene.lender.alive).toEqual([]);
});

test.each(['', ' ', '[]', ' ,\n'])(
  '`revoke/` with an output of a step that did not run (%j) gives nothing back; left out it gives all back',
  async (empty) => {
    await using story = await borrowed({});
    const { scene, world, main } = story;
    const refused = await world.revoke({ 'lease-ids': empty });
    expect(refused).toMatchObject({ exitCode: 64, env: {} });
    expect(refused.annotations[0]?.message).toContain("steps.ID.outputs.lease-ids != ''");
    expect(scene.arrived('/revoke')).toEqual([]);
    expect(scene.lender.alive).toHaveLength(1);
    expect((await world.revoke({})).exitCode).toBe(0);
    expect(scene.lender.alive).toEqual([]);
    expect((await world.post(main)).exitCode).toBe(0);
  },
);
