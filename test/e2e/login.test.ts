/** `login`, `redact`, `exec` and `revoke` as a job's shells run them: real shells, the built bundle, the built broker. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { settledLeases } from '../support/audited-leases.ts';
import { startPlace, type Place } from '../support/client/built-broker.ts';

const bundle = resolve('dist/ephemeral-creds.cjs');
let place: Place;
beforeAll(async () => {
  place = await startPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

const shells: readonly (readonly [string, readonly string[]])[] = [
  ['bash', ['bash', '--norc']],
  ['dash', ['dash']],
  ['busybox ash', ['busybox', 'ash']],
];
const present = shells.filter(([, [program = '']]) => spawnSync(program, ['-c', 'true']).error === undefined);

let root = '';
let numbers = 4000;
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Job {
  readonly folder: string;
  readonly project: string;
  /** One shell of the job: its variables are the runner’s again, and only files are left of the shells before. */
  sh(script: string, env?: Record<string, string>): Promise<Ended>;
  /** How the leases of this job stand by the broker’s audit, the oldest first. */
  states(): Promise<string[]>;
}

const functions = `
ec() { "$NODE" "$BUNDLE" "$@"; }
login() { ec login --broker-url "$BROKER" "$@"; }
`;

async function startJob(command: readonly string[] = ['sh']): Promise<Job> {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'login-')));
  const project = join(root, 'builds', 'my-project');
  mkdirSync(project, { recursive: true });
  const id = String(numbers++);
  const token = await place.gitlab.mint({ audience: place.url, claims: { job_id: id } });
  const job = {
    GITLAB_CI: 'true',
    CI_JOB_ID: id,
    CI_PROJECT_DIR: project,
    EPHEMERAL_CREDS_ID_TOKEN: token,
    PATH: process.env['PATH'] ?? '',
    NODE: process.execPath,
    BUNDLE: bundle,
    BROKER: place.url,
  };
  const [program = '', ...words] = command;
  const before = place.audit().length;
  return {
    folder: `${project}.tmp/ephemeral-creds-${id}`,
    project,
    sh: async (script, env = {}) => {
      const shell = spawn(program, [...words, '-c', functions + script], {
        env: { ...job, ...env },
        cwd: project,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      shell.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      shell.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const status = await new Promise<number | null>((done) => shell.once('close', done));
      return { status, stdout, stderr };
    },
    states: async () => [...(await settledLeases(() => place.audit().slice(before))).values()],
  };
}

test('there is a shell to try it with', () => {
  expect(present.length).toBeGreaterThan(0);
});

describe.each(present)('in %s', (_, command) => {
  test('C40 before_script, script and after_script: borrowed, used, hidden, given back', async () => {
    const job = await startJob(command);
    const script = `
      set -eu
      login --role deploy
      D="${job.folder}"
      unset EPHEMERAL_CREDS_ID_TOKEN
      mkfifo "$D/out" "$D/err"
      (ec redact <"$D/out" 3<"$D/err" &)
      exec 6>&1 7>&2 >"$D/out" 2>"$D/err"
      rm "$D/out" "$D/err"
      . "$D/env.sh"
      rm "$D/env.sh"
      echo "out:$EPHEMERAL_TOKEN"
      printf %s "$EPHEMERAL_TOKEN" | base64 >&2
      printf 'no line end'
      exec 1>&6 2>&7 6>&- 7>&-
      ec revoke --drain 5s
    `;
    const { status, stdout, stderr } = await job.sh(script);
    expect([status, stdout]).toEqual([0, 'out:***\nno line end']);
    expect(stderr).toMatch(/^\*\*\*/m);
    expect(stderr).toMatch(/given back \(revoked\)/);
    expect(stdout + stderr).not.toMatch(/eyJ|ZXlK/);
    expect(await job.states()).toEqual(['revoked']);
    expect(existsSync(job.folder)).toBe(false);
    expect(await job.sh('ec revoke')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readdirSync(job.project)).toEqual([]);
  });

  test('a file for a tool serves all shells of the job, and revoke removes it', async () => {
    const job = await startJob(command);
    const line = 'netrc url=https://artifacts.example.com username=deploy';
    expect((await job.sh(`login --role deploy --export '${line}'`)).status).toBe(0);
    const words = `. "${job.folder}/env.sh"; stat -c %a "$NETRC"; cut -d' ' -f1-5 "$NETRC"`;
    expect((await job.sh(words)).stdout).toBe('600\nmachine artifacts.example.com login deploy password\n');
    expect((await job.sh('ec revoke')).status).toBe(0);
    expect(existsSync(job.folder)).toBe(false);
    expect(await job.states()).toEqual(['revoked']);
  });

  test('a refused login ends the job, and leaves nothing to read in', async () => {
    const job = await startJob(command);
    const { status, stdout, stderr } = await job.sh('login --role owned || exit; echo went on');
    expect([status, stdout]).toEqual([66, '']);
    expect(stderr).toContain('[policy-denied]');
    expect(readdirSync(job.folder)).toEqual(['key.json']);
    expect((await job.sh('ec revoke; rmdir "$CI_PROJECT_DIR.tmp"')).status).toBe(0);
    expect(existsSync(job.folder)).toBe(false);
  });
});

describe('one ID token and one key serve the whole job', () => {
  test('login, then exec, then another login, and one revoke for all', async () => {
    const job = await startJob();
    expect((await job.sh('login --role deploy')).status).toBe(0);
    const run = await job.sh(
      `ec exec --broker-url "$BROKER" --role app-ro -- sh -c 'test -n "$EPHEMERAL_TOKEN"'`,
    );
    expect(run.status).toBe(0);
    expect((await job.sh('login --role DB=app-ro')).status).toBe(0);
    const names = await job.sh(
      `. "${job.folder}/env.sh"; test "$EPHEMERAL_TOKEN" != "$DB_EPHEMERAL_TOKEN" && echo both`,
    );
    expect(names.stdout).toBe('both\n');
    expect((await job.sh('ec revoke')).status).toBe(0);
    expect(new Set(await job.states())).toEqual(new Set(['revoked']));
    expect(await job.states()).toHaveLength(3);
  });

  test('C37 two logins at once', async () => {
    const job = await startJob();
    const { status, stderr } = await job.sh(
      'login --role deploy & one=$!; login --role DB=app-ro & wait $one && wait $!',
    );
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    const both = `. "${job.folder}/env.sh"; test -n "$EPHEMERAL_TOKEN" && test -n "$DB_EPHEMERAL_TOKEN"`;
    expect((await job.sh(both)).status).toBe(0);
    await job.sh('ec revoke');
    expect(await job.states()).toEqual(['revoked', 'revoked']);
  });

  test('whoever has the token without the key is refused', async () => {
    const job = await startJob();
    expect((await job.sh('login --role deploy')).status).toBe(0);
    const thief = await job.sh(`login --role app-ro --state "${root}/elsewhere"`);
    expect(thief.status).toBe(65);
    expect(thief.stderr).toContain('token-bound-to-other-key');
    await job.sh('ec revoke');
  });

  test('the ID token gives back when the handle does not, by a key of its own', async () => {
    const job = await startJob();
    await job.sh('login --role deploy');
    const [entry = ''] = readdirSync(job.folder).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));
    const lost = `sed -i 's/"handle":"[^"]*"/"handle":"${'A'.repeat(43)}"/' "${job.folder}/${entry}"`;
    expect((await job.sh(`${lost}; rm "${job.folder}/key.json"; ec revoke`)).status).toBe(0);
    expect(await job.states()).toEqual(['revoked']);
  });
});

test('C28 a login that was killed is given back by the next shell', async () => {
  const job = await startJob();
  // Killed as soon as the entry is there: before, while or after the broker answers.
  const { status } = await job.sh(`
    login --role deploy & one=$!
    until ls "${job.folder}" 2>/dev/null | grep -q '^[0-9a-f]*[.]json$'; do :; done
    kill -9 $one; wait $one
  `);
  expect(status).toBe(137);
  expect((await job.sh('ec revoke')).status).toBe(0);
  expect((await job.states()).filter((state) => state !== 'revoked')).toEqual([]);
  expect(existsSync(job.folder)).toBe(false);
});

test('C30 a broker that is gone costs seconds and a warning that says until when, not the job', async () => {
  const job = await startJob();
  await job.sh('login --role deploy');
  const [entry = ''] = readdirSync(job.folder).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));
  await job.sh(`sed -i 's|"url":"[^"]*"|"url":"http://127.0.0.1:9"|' "${job.folder}/${entry}"`);
  const { status, stderr } = await job.sh('ec revoke --timeout 1s');
  expect(status).toBe(0);
  expect(stderr).toMatch(/warning: deploy .* could not be given back and lives until \d{4}-/);
  expect(existsSync(join(job.folder, 'env.sh'))).toBe(false);
  await job.sh(`sed -i 's|"url":"[^"]*"|"url":"'"$BROKER"'"|' "${job.folder}/${entry}"; ec revoke`);
  expect(await job.states()).toEqual(['revoked']);
});

test('nothing of it is on standard output but what --json asks for, without a secret', async () => {
  const job = await startJob();
  const { stdout, stderr } = await job.sh('login --role deploy --json');
  expect(JSON.parse(stdout)).toMatchObject({ leases: [{ role: 'deploy' }], variables: ['EPHEMERAL_TOKEN'] });
  expect(stdout + stderr).not.toContain('eyJ');
  const given = await job.sh('ec revoke --json');
  expect(JSON.parse(given.stdout)).toMatchObject({ failed: false, leases: [{ state: 'revoked' }] });
});

test('elsewhere than on a known platform the state folder and the ID token are named', async () => {
  const job = await startJob();
  const posix = { GITLAB_CI: '', CI_JOB_ID: '', CI_PROJECT_DIR: '' };
  expect(await job.sh('login --role deploy --id-token env:EPHEMERAL_CREDS_ID_TOKEN', posix)).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('--state'),
  });
  writeFileSync(join(root, 'token'), '');
  const script = `
    printf %s "$EPHEMERAL_CREDS_ID_TOKEN" >"${root}/token"
    mkdir -m 700 "${root}/state"
    login --role deploy --state "${root}/state" --id-token "file:${root}/token" || exit
    . "${root}/state/env.sh" && test -n "$EPHEMERAL_TOKEN" && ec revoke --state "${root}/state"`;
  expect((await job.sh(script, posix)).status).toBe(0);
  expect(await job.states()).toEqual(['revoked']);
});
