import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { revokeJob } from '../../src/commands/revoke-job.ts';
import { CredsError } from '../../src/domain/errors.ts';
import { draftName } from '../../src/domain/draft.ts';
import type { Owner } from '../../src/domain/intent.ts';
import type { Processes } from '../../src/domain/processes.ts';
import { gitlabJob, type GitlabJob } from '../support/client/gitlab-job.ts';
import { jsonAnswer, type WorldOptions } from '../support/client/world.ts';
import { failureOf } from '../support/scan.ts';

const jobs: GitlabJob[] = [];
afterEach(async () => {
  for (const job of jobs.splice(0)) await job[Symbol.asyncDispose]();
});

/** A job that has logged in. */
async function loggedIn(given: Record<string, string> = {}, more: WorldOptions = {}): Promise<GitlabJob> {
  const job = await gitlabJob({}, more);
  jobs.push(job);
  await (await job.shell()).login(given);
  job.asked.length = 0;
  return job;
}

const filesOf = ({ folder }: GitlabJob): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Changes every entry of the ledger. */
function change(
  { folder }: GitlabJob,
  how: (entry: Record<string, unknown>) => Record<string, unknown>,
): void {
  for (const name of readdirSync(folder).filter((each) => /^[0-9a-f]{16}\.json$/.test(each))) {
    const path = join(folder, name);
    const entry = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify(how(entry)));
  }
}

const unreachable = jsonAnswer({ error: 'temporarily_unavailable' }, 503);

describe('a shell that knows nothing of the one that borrowed', () => {
  test('C40 gives back, and nothing stays on disk', async () => {
    const job = await loggedIn({ role: 'deploy-prod\nDB=app-ro' });
    const shell = await job.shell({ EPHEMERAL_CREDS_ID_TOKEN: '' });
    const report = await shell.revoke();
    expect(report).toMatchObject({ failed: false, left: 0 });
    expect(report.leases.map(({ state }) => state)).toEqual(['revoked', 'revoked']);
    expect(job.states()).toEqual(['revoked', 'revoked']);
    expect(existsSync(job.folder)).toBe(false);
    expect(shell.world.printed()).toBe('');
    expect(shell.world.printedErrors()).toMatch(/deploy-prod \(lease lse_\w+\): given back \(revoked\)/);
  });

  test('C31 C33 once more, or before anything was borrowed, says nothing and asks nothing', async () => {
    const job = await loggedIn();
    await (await job.shell()).revoke();
    job.asked.length = 0;
    const shell = await job.shell();
    expect(await shell.revoke([], { drainSeconds: 4 })).toEqual({ leases: [], left: 0, failed: false });
    expect([job.asked, shell.world.printed(), shell.world.printedErrors()]).toEqual([[], '', '']);
  });

  test('two at once are no error: a trap and after_script', async () => {
    const job = await loggedIn();
    const shells = await Promise.all([job.shell(), job.shell()]);
    const reports = await Promise.all(shells.map((shell) => shell.revoke()));
    expect(reports.map(({ failed }) => failed)).toEqual([false, false]);
    expect(job.states()).toEqual(['revoked']);
    expect(filesOf(job)).toEqual([]);
  });

  test('goes on although the job is being cancelled', async () => {
    const job = await loggedIn();
    const { where } = await job.shell();
    const signal = AbortSignal.abort(new CredsError('terminated', 'cancelled'));
    await revokeJob([], { ...where, host: { ...where.host, signal } });
    expect(job.states()).toEqual(['revoked']);
  });

  test('C41 goes on although nobody listens any more', async () => {
    const job = await loggedIn();
    const { where } = await job.shell();
    const tell = (): never => {
      throw Object.assign(new Error('EPIPE'), { code: 'EPIPE' });
    };
    await revokeJob([], { ...where, job: { ...where.job, tell } });
    expect(job.states()).toEqual(['revoked']);
  });
});

describe('by which right', () => {
  test('the handle alone is enough, and the ID token goes nowhere then', async () => {
    const job = await loggedIn();
    const bodies: string[] = [];
    job.onRequest = ({ body = '' }) => {
      bodies.push(body);
      return 'pass';
    };
    await (await job.shell()).revoke();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('revocation-handle');
    expect(bodies[0]).not.toContain(job.token.slice(0, 40));
  });

  test('the job’s ID token, by any key, where the handle is not known', async () => {
    const job = await loggedIn();
    change(job, (entry) => ({ ...entry, debt: { ...(entry['debt'] as object), handle: 'A'.repeat(43) } }));
    await (await job.shell()).revoke();
    expect(job.states()).toEqual(['revoked']);
    expect(filesOf(job)).toEqual([]);
  });

  test('neither, where the shell has no ID token: what the broker does not know is over', async () => {
    const job = await loggedIn();
    change(job, (entry) => ({ ...entry, debt: { ...(entry['debt'] as object), handle: 'A'.repeat(43) } }));
    const report = await (await job.shell({ EPHEMERAL_CREDS_ID_TOKEN: '' })).revoke();
    expect(report.failed).toBe(false);
  });

  test('an entry that names no source of ID tokens is given back all the same', async () => {
    const job = await loggedIn();
    change(job, (entry) => ({ ...entry, idToken: 'nonsense' }));
    await (await job.shell()).revoke();
    expect(job.states()).toEqual(['revoked']);
  });
});

describe('what is over already', () => {
  test.each([404, 409, 410])('C31 by an answer of %i', async (status) => {
    const job = await loggedIn();
    job.onRequest = () => jsonAnswer({}, status);
    expect((await (await job.shell()).revoke()).failed).toBe(false);
    expect(filesOf(job)).toEqual([]);
  });

  test('C32 by its time is not asked about', async () => {
    const job = await loggedIn();
    const shell = await job.shell();
    shell.world.clock.advance(3600);
    const report = await shell.revoke();
    expect(report.leases.map(({ state }) => state)).toEqual(['expired']);
    expect(job.asked).toEqual([]);
    expect(filesOf(job)).toEqual([]);
  });
});

describe('what cannot be given back', () => {
  test('C30 is told with its end, within the time that there is, and fails nothing', async () => {
    const job = await loggedIn();
    job.onRequest = () => unreachable;
    const shell = await job.shell();
    const start = shell.world.clock.monotonicMs();
    expect(await shell.revoke()).toMatchObject({ failed: true });
    expect(shell.world.clock.monotonicMs() - start).toBeLessThanOrEqual(20_000);
    expect(shell.world.printedErrors()).toMatch(
      /warning: deploy-prod \(lease lse_\w+, immediate\) could not be given back and lives until 2026-11-20T12:15:00/,
    );
  });

  test('stays in the ledger, but the file for shells does not; a later shell gives it back', async () => {
    const job = await loggedIn();
    job.onRequest = () => unreachable;
    const hurried = await job.shell();
    await hurried.revoke([], { timeoutSeconds: 4 });
    expect(hurried.world.clock.monotonicMs()).toBeLessThanOrEqual(4000);
    expect(
      filesOf(job)
        .map((name) => name.replace(/[0-9a-f]{16}/, '#'))
        .sort(),
    ).toEqual(['#.json', 'key.json', 'secrets-#.json']);
    job.onRequest = () => 'pass';
    expect(await (await job.shell()).revoke()).toMatchObject({ failed: false });
    expect(job.states()).toEqual(['revoked']);
    expect(filesOf(job)).toEqual([]);
  });

  test('C30 fails the job where the login said so', async () => {
    const job = await loggedIn({ 'fail-on-revoke-error': 'true' });
    job.onRequest = () => unreachable;
    expect(await failureOf(async () => (await job.shell()).revoke())).toMatchObject({
      code: 'revoke-failed',
      exit: 1,
    });
  });

  test('because `revoke: false` was said is told, and left', async () => {
    const job = await loggedIn({ revoke: 'false' });
    const shell = await job.shell();
    expect(await shell.revoke()).toEqual({ leases: [], left: 1, failed: false });
    expect(job.states()).toEqual(['active']);
    expect(shell.world.printedErrors()).toContain('Not given back');
    expect(filesOf(job)).toEqual([]);
  });
});

describe('C28 C29 what a killed login has left', () => {
  test('before it heard the answer is given back by the handle that it had written down', async () => {
    const job = await loggedIn();
    change(job, (entry) => ({ ...entry, leases: [], variables: [], files: [] }));
    await (await job.shell({ EPHEMERAL_CREDS_ID_TOKEN: '' })).revoke();
    expect(job.states()).toEqual(['revoked']);
    expect(filesOf(job)).toEqual([]);
  });

  test('C28 while it wrote for shells and redactors goes with the job', async () => {
    const job = await loggedIn();
    for (const name of ['env.sh', 'secrets-0123456789abcdef.json', 'redactor-0123456789abcdef'])
      writeFileSync(join(job.folder, draftName(name, 'a'.repeat(16))), 'a secret', { mode: 0o600 });
    await (await job.shell()).revoke();
    expect(filesOf(job)).toEqual([]);
  });

  test('half-written is no reason to stop', async () => {
    const job = await loggedIn();
    writeFileSync(join(job.folder, '0123456789abcdef.json'), '{"version":1,', { mode: 0o600 });
    await (await job.shell()).revoke();
    expect(job.states()).toEqual(['revoked']);
  });
});

describe('an `exec` of the same job', () => {
  const owner: Owner = { pid: 4711, start: '100', space: 'here' };

  async function revokeBeside(state: ReturnType<Processes['stateOf']>): Promise<GitlabJob> {
    const job = await loggedIn();
    change(job, (entry) => ({ ...entry, owner }));
    const processes = (): Promise<Processes> =>
      Promise.resolve({ stateOf: ({ pid }: Owner) => (pid === owner.pid ? state : 'gone') } as Processes);
    const { where } = await job.shell();
    const report = await revokeJob([], { ...where, host: { ...where.host, processes } });
    expect(report.left).toBe(state === 'running' ? 1 : 0);
    return job;
  }

  test('C37 that lives keeps what it has borrowed, and the job its key', async () => {
    const job = await revokeBeside('running');
    expect(job.states()).toEqual(['active']);
    expect(filesOf(job)).toContain('key.json');
  });

  test.each(['gone', 'elsewhere'] as const)('that is %s does not', async (state) => {
    const job = await revokeBeside(state);
    expect(job.states()).toEqual(['revoked']);
    expect(filesOf(job)).toEqual([]);
  });
});

describe('some leases only', () => {
  test('are given back with what was borrowed with them, and nothing else', async () => {
    const job = await loggedIn();
    const { leases } = await (await job.shell()).login({ role: 'DB=app-ro' });
    await (await job.shell()).revoke(leases.map(({ id }) => id));
    expect(job.states()).toEqual(['active', 'revoked']);
    expect(filesOf(job)).toEqual(expect.arrayContaining(['key.json', 'env.sh']));
  });

  test('are all that there is: the job may borrow again, by its one token', async () => {
    const job = await gitlabJob();
    jobs.push(job);
    const { leases } = await (await job.shell()).login();
    await (await job.shell()).revoke(leases.map(({ id }) => id));
    expect(job.states()).toEqual(['revoked']);
    await (await job.shell()).login({ role: 'DB=app-ro' });
    expect(job.states()).toEqual(['revoked', 'active']);
  });

  test('that the job does not owe are named in vain', async () => {
    const job = await loggedIn();
    expect(await failureOf(async () => (await job.shell()).revoke(['lse_other']))).toMatchObject({
      code: 'input-invalid',
    });
    expect(job.states()).toEqual(['active']);
  });
});

test('C37 one of two leases by its id: the file for shells blanks its variables alone, and the other lives', async () => {
  const job = await gitlabJob();
  jobs.push(job);
  const one = await (await job.shell()).login({ role: 'A=deploy-prod' });
  await (await job.shell()).login({ role: 'B=app-ro' });
  const said = await (await job.shell()).revoke(one.leases.map(({ id }) => id));
  expect(said).toMatchObject({ failed: false, leases: [{ state: 'revoked' }] });
  const script = `. "${job.folder}/env.sh"; echo "[$A_EPHEMERAL_TOKEN]$B_EPHEMERAL_TOKEN"`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toMatch(/^\[\]eyJ/);
  expect(job.states()).toEqual(['revoked', 'active']);
});

test('C37 on a machine that tells no job from another it says whose folder it needs', async () => {
  const job = await loggedIn();
  const elsewhere = await job.shell({ GITLAB_CI: '', CI_JOB_ID: '' });
  expect(await failureOf(() => elsewhere.revoke())).toMatchObject({
    code: 'input-invalid',
    message: expect.stringContaining('--state'),
  });
});
