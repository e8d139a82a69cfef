// Every exporter by the built bundles, on GitHub and in GitLab's shells: twice in a job, in two jobs at once, in awkward places.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leftOvers } from '../support/client/assert-hidden.ts';
import { ShellJob } from '../support/exec.ts';
import { idTokenText, lendingByRole } from '../support/lender.ts';
import { has, testWith } from '../support/peers.ts';
import { readAction } from '../support/runner-action.ts';
import type { Job } from '../support/runner.ts';
import type { StepResult } from '../support/runner-step.ts';
import { startScene, type Scene } from '../support/scene.ts';
import { ownersIn, putOwn, stepOf, toolRows, type Owner } from '../support/tool-rows.ts';

const action = readAction('action.yml');
const early = readAction('revoke/action.yml');
const post = action.post ?? '';
const minute = 60_000;

/** All that one job can have side by side, as far as this machine has the tools. */
const rows = Object.entries(toolRows).filter(
  ([name, { peers = [] }]) => name !== 'git-credential, two hosts' && peers.every(has),
);
const steps = ['one', 'two'] as const;
type Step = (typeof steps)[number];
const rolesOf = (step: Step): string[] => rows.map(([, row]) => stepOf(row, step).role);
const linesOf = (step: Step): string[] => rows.map(([, row]) => stepOf(row, step).line);
const tools = rows.map(([name, { tool }]) => `echo '== ${name}'\n(\n${tool}\n)\necho`).join('\n');

let scene: Scene;
beforeEach(async () => {
  const lent = rows.flatMap(([, row]) => steps.map((step) => stepOf(row, step).roles));
  const roles = Object.assign({}, ...lent) as Record<string, Record<string, unknown>>;
  scene = await startScene(({ lender }) => ({ token: lender.lendChanged(lendingByRole(roles)) }));
});
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
});

/** What each tool has said, by row. */
function said(text: string): Record<string, string> {
  const parts = text.split(/^== /m).slice(1);
  return Object.fromEntries(parts.map((part) => [part.split('\n', 1)[0] ?? '', part.replace(/^.*\n/, '')]));
}

function assertSeen(text: string, ...wanted: Step[]): void {
  const found = said(text);
  for (const [name, { own, single }] of rows) {
    const users: Owner[] = Object.keys(own).length > 0 ? ['own'] : [];
    const all = single ? wanted.slice(-1) : [...users, ...wanted];
    expect([name, ownersIn(found[name] ?? '')]).toEqual([name, all]);
  }
}

const env = { NODE: process.execPath, AWS_EC2_METADATA_DISABLED: 'true' };

function newJob(): Job {
  const job = scene.job({ env });
  for (const [, row] of rows) putOwn(row, job.home);
  return job;
}

async function borrow(job: Job, step: Step, more: Record<string, string> = {}): Promise<StepResult> {
  const given = { role: rolesOf(step).join('\n'), export: linesOf(step).join('\n'), ...more };
  const main = await job.step(action.main, { inputs: action.inputs(scene.inputs(given)) });
  expect([main.exitCode, main.exitCode === 0 ? '' : main.log]).toEqual([0, '']);
  return main;
}
const look = async (job: Job): Promise<string> => (await job.run(tools)).rawLog;
const end = async (job: Job, main: StepResult): Promise<StepResult> => {
  const done = await job.post(post, main);
  expect(done).toMatchObject({ exitCode: 0, annotations: [] });
  return done;
};
const giveBack = (job: Job, { outputs }: StepResult): Promise<StepResult> =>
  job.step(early.main, { inputs: early.inputs({ 'lease-ids': outputs['lease-ids'] ?? '' }) });
const homeOf = (home: string): string =>
  execFileSync('sh', ['-c', 'find . -type f ! -path "./.config/*" -exec sha256sum {} + | sort'], {
    cwd: home,
    encoding: 'utf8',
  });

describe('C37 on GitHub, with all exporters at once', () => {
  test(
    'two steps of a job: the posts lead every tool back, to the first, then to the user’s own',
    async () => {
      await using job = newJob();
      const [before, home] = [said(await look(job)), homeOf(job.home)];
      const one = await borrow(job, 'one');
      const two = await borrow(job, 'two');
      assertSeen(await look(job), 'one', 'two');
      await end(job, two);
      assertSeen(await look(job), 'one');
      await end(job, one);
      expect(said(await look(job))).toEqual(before);
      expect(homeOf(job.home)).toBe(home);
      expect(leftOvers(job)).toEqual([]);
      expect(scene.lender.alive).toEqual([]);
    },
    minute,
  );

  test(
    'two jobs of one machine, at once, with one home folder: neither disturbs the other',
    async () => {
      await using first = newJob();
      await using second = scene.job({ env: { ...env, HOME: first.home } });
      const home = homeOf(first.home);
      const [one, two] = await Promise.all([borrow(first, 'one'), borrow(second, 'two')]);
      assertSeen(await look(first), 'one');
      assertSeen(await look(second), 'two');
      await Promise.all([giveBack(first, one), look(second)]);
      assertSeen(await look(first));
      assertSeen(await look(second), 'two');
      await Promise.all([end(first, one), end(second, two)]);
      expect(homeOf(first.home)).toBe(home);
      for (const job of [first, second]) expect(leftOvers(job)).toEqual([]);
      expect(scene.lender.alive).toEqual([]);
    },
    minute,
  );

  test(
    'what another step has changed: a file of ours goes and is named, a variable and what lies beside ours stay',
    async () => {
      await using job = newJob();
      const main = await borrow(job, 'one');
      const folder = dirname(job.env.get('NPM_CONFIG_USERCONFIG') ?? '');
      await job.run(`printf 'fund=false\\n' >> "$NPM_CONFIG_USERCONFIG"
mkdir "$DOCKER_CONFIG/buildx" && echo x > "$DOCKER_CONFIG/buildx/current"
echo "NETRC=$HOME/.netrc" >> "$GITHUB_ENV"`);
      const now = await giveBack(job, main);
      expect(now.exitCode).toBe(0);
      expect(now.annotations.map(({ message }) => message)).toEqual([
        expect.stringContaining(`has changed ${folder}/npmrc`),
      ]);
      expect(now.log).toContain(`Files of other steps in ${folder} are left as they are.`);
      expect(readdirSync(folder)).toEqual(['buildx']);
      expect(job.env.get('NETRC')).toBe(`${job.home}/.netrc`);
      rmSync(join(folder, 'buildx'), { recursive: true });
      assertSeen(await look(job));
      await end(job, main);
    },
    minute,
  );
});

describe('in awkward places', () => {
  const npmrc = { role: 'npmrc-one', export: 'npmrc url=https://one.example.com' };
  const run = (job: Job, more: Record<string, string> = {}): Promise<StepResult> =>
    job.step(action.main, { inputs: action.inputs(scene.inputs({ ...npmrc, ...more })) });

  test.each<readonly [string, (path: string, home: string) => void]>([
    [
      'a link',
      (path, home) => {
        rmSync(path);
        symlinkSync(join(home, '.npmrc'), path);
      },
    ],
    [
      'another name of a user’s file',
      (path, home) => {
        rmSync(path);
        linkSync(join(home, '.npmrc'), path);
      },
    ],
    [
      'a pipe',
      (path) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      },
    ],
    [
      'a file of 100 MB',
      (path) => {
        truncateSync(path, 100_000_000);
      },
    ],
    [
      'a file that may not be written',
      (path) => {
        chmodSync(path, 0);
      },
    ],
    [
      'the user’s folder, by a link in the place of ours',
      (path, home) => {
        writeFileSync(join(home, 'npmrc'), 'of the user');
        rmSync(dirname(path), { recursive: true });
        symlinkSync(home, dirname(path));
      },
    ],
    [
      'nothing',
      (path) => {
        rmSync(dirname(path), { recursive: true });
      },
    ],
  ])(
    '%s, put there by another step: post ends, and the user’s files are as they were',
    async (what, plant) => {
      await using job = newJob();
      const main = await run(job);
      const path = job.env.get('NPM_CONFIG_USERCONFIG') ?? '';
      plant(path, job.home);
      const home = homeOf(job.home);
      const done = await job.post(post, main);
      expect(done.exitCode).toBe(0);
      expect(homeOf(job.home)).toBe(home);
      if (what.startsWith('the user’s')) expect(done.log).toContain('is a link now');
      else expect(existsSync(dirname(path))).toBe(false);
      expect(scene.lender.alive).toEqual([]);
    },
    minute,
  );

  test(
    'a program that another step runs from the place of our file goes all the same',
    async () => {
      await using job = newJob();
      const main = await run(job);
      const path = job.env.get('NPM_CONFIG_USERCONFIG') ?? '';
      copyFileSync('/bin/sleep', path);
      chmodSync(path, 0o700);
      const running: ChildProcess = spawn(path, ['60'], { stdio: 'ignore' });
      try {
        await new Promise((done) => running.once('spawn', done));
        await end(job, main);
        expect(existsSync(path)).toBe(false);
      } finally {
        running.kill('SIGKILL');
      }
    },
    minute,
  );

  test(
    'whatever the umask, and whatever the folder is called: for the owner alone',
    async () => {
      await using job = newJob();
      const folder = join(job.temp, `-a b 'c' "d" $(e) ü`);
      const before = process.umask(0);
      try {
        const main = await borrow(job, 'one', { 'files-dir': folder });
        const path = job.env.get('NPM_CONFIG_USERCONFIG') ?? '';
        expect(path.startsWith(`${folder}/`)).toBe(true);
        expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
        for (const name of readdirSync(dirname(path)))
          expect(statSync(join(dirname(path), name)).mode & 0o777).toBe(0o600);
        assertSeen(await look(job), 'one');
        await end(job, main);
        expect(existsSync(path)).toBe(false);
      } finally {
        process.umask(before);
      }
    },
    minute,
  );

  test.each([
    [{ role: '-x' }],
    [{ role: 'a b' }],
    [{ role: "it's" }],
    [{ role: 'a"b' }],
    [{ export: 'aws-profile profile=-x' }],
    [{ export: "aws-profile profile=a'b" }],
    [{ export: 'kubeconfig context="a"' }],
    [{ export: 'pgpass service=-x' }],
    [{ export: 'npmrc url=https://a"b.example.com' }],
    [{ export: "git-credential url=https://git.example.com/a'b" }],
    [{ export: 'docker-config url=https://-x.example.com/$(id)' }],
    [{ export: 'file -X=token' }],
    [{ export: 'netrc username=a"b url=https://a.example.com\nnetrc' }],
  ])(
    'a name that a tool could take for something else is refused, and nothing is sent: %j',
    async (given) => {
      await using job = newJob();
      const before = scene.arrived('/token').length;
      const main = await run(job, given);
      expect([main.exitCode, main.log]).toEqual([64, expect.stringContaining('[input-invalid]')]);
      expect(scene.arrived('/token')).toHaveLength(before);
      expect(leftOvers(job)).toEqual([]);
      expect(job.env.size).toBe(0);
    },
    minute,
  );
});

describe('in the shells of GitLab', () => {
  const options = (step: Step) => ({
    'broker-url': scene.server.url,
    role: rolesOf(step),
    export: linesOf(step),
  });
  const words = (step: Step): string[] =>
    Object.entries(options(step)).flatMap(([name, value]) =>
      [value].flat().flatMap((each) => [`--${name}`, each]),
    );

  function shells(): ShellJob & { readonly folder: string } {
    const token = idTokenText(scene.server.url);
    const job = new ShellJob({ ...env, EPHEMERAL_CREDS_ID_TOKEN: token }, 'gitlab');
    mkdirSync(job.path('project'));
    for (const [, row] of rows) putOwn(row, job.path('.'));
    return Object.assign(job, { folder: job.path('project.tmp/ephemeral-creds-302') });
  }

  /** A shell of the job that reads its variables first, where there are any. */
  const lookIn = (job: ReturnType<typeof shells>): string =>
    execFileSync('sh', ['-c', `test ! -e "$0/env.sh" || . "$0/env.sh"\n${tools}`, job.folder], {
      env: job.env,
      cwd: job.path('project'),
      encoding: 'utf8',
    });

  const login = async (job: ShellJob, step: Step): Promise<string[]> => {
    const { status, stdout, stderr } = await job.type('login', '--json', ...words(step));
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    return (JSON.parse(stdout) as { leases: { id: string }[] }).leases.map(({ id }) => id);
  };

  test.each([['one', 'two'] as const, ['two', 'one'] as const])(
    'C37 two logins, given back in the middle of the job: first %s, then %s',
    async (first, second) => {
      using job = shells();
      const before = said(lookIn(job));
      const ids = { one: await login(job, 'one'), two: await login(job, 'two') };
      assertSeen(lookIn(job), 'one', 'two');
      const revoke = (step: Step) => job.type('revoke', ...ids[step].flatMap((id) => ['--lease-id', id]));
      expect(await revoke(first)).toMatchObject({ status: 0 });
      if (first === 'two') assertSeen(lookIn(job), 'one');
      else
        expect(Object.values(said(lookIn(job))).filter((text) => !ownersIn(text).includes('two'))).toEqual(
          [],
        );
      expect(await revoke(second)).toMatchObject({ status: 0 });
      expect(said(lookIn(job))).toEqual(before);
      expect(await job.type('revoke')).toMatchObject({ status: 0 });
      expect(existsSync(job.folder)).toBe(false);
      expect(scene.lender.alive).toEqual([]);
    },
    minute,
  );

  test(
    'C37 exec, while a login lives, and two at once: each has its own, and all is gone with it',
    async () => {
      using job = shells();
      const home = homeOf(job.path('.'));
      const run = async (step: Step): Promise<string> => {
        const file = job.path(`seen-${step}`);
        const ended = await job.sh(`(\n${tools}\n) > '${file}'`, { options: options(step) });
        expect([ended.status, ended.status === 0 ? '' : ended.stderr]).toEqual([0, '']);
        const text = readFileSync(file, 'utf8');
        rmSync(file);
        return text;
      };
      const [one, two] = await Promise.all([run('one'), run('two')]);
      assertSeen(one, 'one');
      assertSeen(two, 'two');
      await login(job, 'one');
      assertSeen(await run('two'), 'two');
      assertSeen(lookIn(job), 'one');
      expect(await job.type('revoke')).toMatchObject({ status: 0 });
      expect(existsSync(job.folder)).toBe(false);
      expect(homeOf(job.path('.'))).toBe(home);
      expect(scene.lender.alive).toEqual([]);
    },
    minute,
  );
});

/** A process that sees a folder as a disk of so many kilobytes; only root may have one mounted. */
const onDisk = (folder: string, kilobytes: number): string[] => [
  ...['unshare', '--mount', 'sh', '-c'],
  `mount -t tmpfs -o mode=700,size=${String(kilobytes)}k tmpfs "$0" && exec "$@"`,
  folder,
];

const fullDisks = [
  ['for the files: what was lent is given back', 'files-dir', 12, true],
  ['for the ledger: nothing is asked for', 'state', 4, false],
] as const;
for (const [what, option, kilobytes, asked] of fullDisks)
  testWith(
    ['namespaces'],
    `a disk that is full has no place ${what}`,
    async () => {
      const own = { EPHEMERAL_CREDS_ID_TOKEN: idTokenText(scene.server.url) };
      using job = new ShellJob(own, 'gitlab');
      const folder = job.path('full');
      for (const each of [folder, job.path('project')]) mkdirSync(each);
      const borrowed = { 'broker-url': scene.server.url, role: rolesOf('one'), export: linesOf('one') };
      const { status, stderr } = await job.exec({
        options: { ...borrowed, [option]: folder },
        command: ['true'],
        under: onDisk(folder, kilobytes),
      }).done;
      expect([status, stderr]).toEqual([125, expect.stringContaining('[delivery-failed]')]);
      expect(scene.arrived('/token').length > 0).toBe(asked);
      expect(scene.lender.alive).toEqual([]);
    },
    minute,
  );
