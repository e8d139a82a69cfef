// examples/broker/ssh as the how-to has it: a real sshd set up with the lines of its sshd_config, and the real ssh.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { parse } from 'yaml';
import { literalsOf } from '../unit/redaction/streams.ts';
import { until } from '../support/exec.ts';
import { exec } from '../../src/commands/exec.ts';
import { configFromAction } from '../../src/config/action.ts';
import type { Processes } from '../../src/domain/processes.ts';
import { realProcesses } from '../../src/entry/processes.ts';
import { publicUrl, type TestBrokerOptions } from '../support/broker/test-broker.ts';
import { realClock } from '../support/client/clock.ts';
import type { WorldOptions } from '../support/client/world.ts';
import { inputVariables } from '../support/runner-env.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';
import { testWith, has } from '../support/peers.ts';
import { runSsh, startSshd, type SshRan, type SshServer } from '../support/sshd.ts';

const example = (name: string): string => readFileSync(`examples/broker/ssh/${name}`, 'utf8');
let folder = '';
let server: SshServer | undefined;

beforeAll(async () => {
  if (!has('sshd')) return;
  folder = mkdtempSync(join(tmpdir(), 'ec-ssh-'));
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    'ephemeral-creds',
    '-f',
    join(folder, 'ca'),
  ]);
  const authorities = [readFileSync(join(folder, 'ca.pub'), 'utf8').trim()];
  server = await startSshd({ authorities, principals: ['ci-app-deploy'] });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  if (folder !== '') rmSync(folder, { recursive: true });
});

interface Story extends InProcess {
  readonly server: SshServer;
  readonly logIn: (env: Readonly<Record<string, string>>) => Promise<SshRan>;
  /** What the hosts do now and then. */
  readonly fetchList: () => void;
}

/** A role of another kind, granted beside. */
const another = {
  role: '  api: { engine: jwt, audience: https://api.example.com, ttl: { default: 10m, max: 30m } }\n',
  grant: '  - { role: api, access: write }\n',
};

async function startStory(more: WorldOptions = {}): Promise<Story> {
  if (server === undefined) throw new Error('there is no sshd here');
  const host = server;
  const yaml = example('broker.yaml')
    .replace('/usr/local/bin/deploy', 'echo deployed')
    .replace('roles:\n', `roles:\n${another.role}`);
  const policy = example('policies/app-deploy.yaml').replace('grants:\n', `grants:\n${another.grant}`);
  const beforeStart: TestBrokerOptions['beforeStart'] = (world) => {
    world.disk.set('/etc/broker/ssh-user-ca', readFileSync(join(folder, 'ca'), 'utf8'));
    world.disk.set('/etc/broker/krl/README', 'made by the operator');
    // The host lives now.
    world.clock.skip((Date.now() - world.clock.now().getTime()) / 1000);
  };
  const options = { yaml: () => yaml, policies: { 'app-deploy.yaml': policy }, beforeStart };
  const story = await inProcess(options, more);
  return {
    ...story,
    server: host,
    logIn: ({ EPHEMERAL_SSH_CONFIG: config = '' }) =>
      runSsh(['-F', config, '-p', String(host.port), `${host.user}@127.0.0.1`, 'echo', 'asked']),
    fetchList: () => {
      writeFileSync(
        host.krl,
        Buffer.from(story.broker.world.disk.get('/etc/broker/krl/revoked.krl') ?? '', 'latin1'),
      );
    },
  };
}

/** The input `export` that believes this host. */
function believing({ server: { port, hostAuthority } }: Story): string {
  const [type = '', blob = ''] = hostAuthority.split(' ');
  return `ssh host-ca=[127.0.0.1]:${String(port)},${type},${blob}`;
}

const lend = async (story: Story, more = ''): Promise<Record<string, string>> => {
  expect(await story.main({ role: 'app-deploy', ttl: '10m', export: `${believing(story)}${more}` })).toBe(0);
  return story.world.told('GITHUB_ENV');
};

testWith(
  ['sshd'],
  'the real ssh logs in with what was exported, to a host that it believes, and after the job and the next list no more',
  async () => {
    await using story = await startStory();
    const exported = await lend(story);
    expect(Object.keys(exported)).toEqual(['EPHEMERAL_SSH_CONFIG']);
    story.fetchList();
    expect(await story.logIn(exported)).toMatchObject({ status: 0, out: 'deployed\n' });
    const config = readFileSync(exported['EPHEMERAL_SSH_CONFIG'] ?? '', 'utf8');
    const files = [...config.matchAll(/"([^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(3);
    for (const path of files) expect(statSync(path).mode & 0o777).toBe(0o600);
    const key = readFileSync(files[0] ?? '', 'utf8');
    const kept = files.map((path) => [path, readFileSync(path)] as const);
    expect((await story.post()).status).toBe(0);
    for (const path of files) expect(existsSync(path)).toBe(false);
    // Somebody has made a copy of everything.
    const copy = join(folder, 'copy');
    for (const [path, octets] of kept)
      writeFileSync(`${copy}-${path.split('/').at(-1) ?? ''}`, octets, { mode: 0o600 });
    writeFileSync(`${copy}-config`, config.replaceAll(/"[^"]*\/([^"/]+)"/g, `"${copy}-$1"`));
    const copied = { EPHEMERAL_SSH_CONFIG: `${copy}-config` };
    expect(await story.logIn(copied)).toMatchObject({ status: 0 });
    story.broker.world.clock.advance(5);
    await until(() => JSON.stringify(story.broker.world.auditLines()).includes('lease revoked'));
    story.fetchList();
    expect(await story.logIn(copied)).toMatchObject({
      status: 255,
      err: expect.stringContaining('Permission denied') as unknown,
    });
    assertNowhere(key, story);
  },
  60_000,
);

/** The private half of the key, in any form: not in what was sent, kept, logged, or told to the runner but as a mask. */
function assertNowhere(key: string, story: Story): void {
  const places = [
    story.passed.map((each) => JSON.stringify(each)).join('\n'),
    [...story.broker.world.disk.values()].join('\n'),
    story.broker.world.logged.join('\n'),
    JSON.stringify(story.world.told('GITHUB_STATE')),
    JSON.stringify(story.world.told('GITHUB_ENV')),
    JSON.stringify(story.world.told('GITHUB_OUTPUT')),
    story.world.summary(),
    story.world.printedErrors(),
    story.world
      .printed()
      .split('\n')
      .filter((line) => !line.startsWith('::add-mask::'))
      .join('\n'),
  ];
  const secret = key
    .split('\n')
    .filter((line) => line !== '' && !line.includes('OPENSSH PRIVATE KEY'))
    // The lines before have the public half.
    .slice(2)
    .join('\n');
  const forms = literalsOf(secret).filter((form) => form.length >= 12);
  expect(forms.length).toBeGreaterThan(10);
  for (const place of places) for (const form of forms) expect(place).not.toContain(form);
  for (const line of secret.split('\n').filter((each) => each.length > 12))
    expect(story.world.printed()).toContain(`::add-mask::${line}`);
}

testWith(['sshd'], 'a host that is not known is not believed, and git takes the same way', async () => {
  await using story = await startStory();
  const { EPHEMERAL_SSH_CONFIG: config = '', GIT_SSH_COMMAND: git } = await lend(story, ' git=yes');
  expect(git).toBe(`ssh -F '${config}'`);
  writeFileSync(
    join(config, '../ssh-known-hosts'),
    '@cert-authority other.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\n',
  );
  const stranger = await story.logIn({ EPHEMERAL_SSH_CONFIG: config });
  expect(stranger).toMatchObject({
    status: 255,
    err: expect.stringContaining('Host key verification failed') as unknown,
  });
});

testWith(
  ['sshd'],
  '`exec` gives it to one command, hides the key in what that prints, and erases it',
  async () => {
    await using story = await startStory({ clock: realClock() });
    const shown: string[] = [];
    const processes: Processes = {
      ...(await realProcesses()),
      attended: false,
      sink: () => ({
        write: (octets) => Promise.resolve(void shown.push(Buffer.from(octets).toString())),
      }),
    };
    const inputs = inputVariables({ 'broker-url': publicUrl, role: 'app-deploy', export: believing(story) });
    const PATH = process.env['PATH'] ?? '';
    const env = { ...story.world.host.env, ...inputs, PATH };
    const host = { ...story.world.host, env, processes: () => Promise.resolve(processes) };
    const { port, user } = story.server;
    const script = `ssh -F "$EPHEMERAL_SSH_CONFIG" -p ${String(port)} ${user}@127.0.0.1
    cat "$(dirname "$EPHEMERAL_SSH_CONFIG")/ssh-key"; echo "at $EPHEMERAL_SSH_CONFIG"
    od -An -v -tx1 "$(dirname "$EPHEMERAL_SSH_CONFIG")/ssh-key"`;
    const config = await configFromAction(host);
    expect(await exec(config, ['sh', '-c', script], { job: story.world.job, host })).toBe(0);
    const [, path = ''] = /^at (.+)$/m.exec(shown.join('')) ?? [];
    expect(shown.join('')).toContain('deployed\n-----BEGIN OPENSSH PRIVATE KEY-----\n***\n');
    // Of a dump nothing is left but the first line and the last.
    expect(shown.join('')).toMatch(/2d 2d 2d 0a \*\*\*\n( \*\*\*\n)+ 0a 2d 2d/);
    expect(path).toContain('/ssh-config');
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(path, '../ssh-key'))).toBe(false);
  },
);

testWith(
  ['sshd'],
  'beside a role of another kind each goes its way, and one without its key undoes the other',
  async () => {
    await using story = await startStory();
    const role = 'api\napp-deploy';
    expect(await story.main({ role, export: `${believing(story)}\nauto` })).toBe(0);
    const exported = story.world.told('GITHUB_ENV');
    expect(Object.keys(exported).toSorted()).toEqual(['EPHEMERAL_SSH_CONFIG', 'EPHEMERAL_TOKEN']);
    expect((await story.post()).status).toBe(0);
    await using second = await startStory();
    expect(await second.main({ role })).not.toBe(0);
    expect(Object.keys(second.world.told('GITHUB_ENV'))).toEqual([]);
    const states = second.broker.world.auditLines().map(({ message }) => message);
    expect(states).not.toContain('lease active');
  },
);

testWith(['sshd'], 'without a key no certificate is lent, and the step says what to write', async () => {
  await using story = await startStory();
  expect(await story.main({ role: 'app-deploy', ttl: '10m' })).not.toBe(0);
  expect(story.world.printed()).toContain('export: ssh');
});

testWith(['sshd'], 'the workflow of the example asks for what the example lends', () => {
  const text = readFileSync('examples/github/ssh.yml', 'utf8');
  const { jobs } = parse(text) as {
    jobs: Record<'deploy' | 'push', { steps: { with?: Record<string, string> }[] }>;
  };
  for (const job of [jobs.deploy, jobs.push])
    expect(job.steps[0]?.with).toMatchObject({ role: 'app-deploy', ttl: '10m' });
  // Lent so by the built bundles in test/e2e/ssh-agent.test.ts.
  expect(jobs.push.steps[0]?.with?.['export']).toMatch(/^ssh agent=yes git=yes host-ca=/);
});
