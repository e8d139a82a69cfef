// The agent of a run, by real ssh-agents of this machine.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { endAgent, prepareAgent } from '../../src/commands/ssh-agent.ts';
import type { Host } from '../../src/domain/host.ts';
import type { SshAgents } from '../../src/domain/ssh-agents.ts';
import { realFiles } from '../../src/entry/files.ts';
import { groupLives } from '../../src/entry/owner.ts';
import { realSshAgents } from '../../src/entry/ssh-agents.ts';
import type { HeldIdentity } from '../../src/exporters/exporter.ts';
import { agentSocket } from '../../src/leases/agent-socket.ts';
import type { Whereabouts } from '../../src/leases/ledger.ts';
import { makeSshKey } from '../../src/protocol/ssh-key.ts';
import { until } from '../support/exec.ts';
import { isAlive } from '../support/exec-scene.ts';
import { testWith } from '../support/peers.ts';
import { failureOf } from '../support/scan.ts';

let root = '';
let socket = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ec-agent-'));
  socket = join(root, 'run', 'agent.sock');
});

afterEach(async () => {
  await endAgent(socket, where());
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

function hostWith(env: Record<string, string> = {}, agents: SshAgents = realSshAgents): Host {
  return {
    env: { PATH: process.env['PATH'], ...env },
    clock: { now: () => new Date() },
    files: realFiles,
    sshAgents: () => Promise.resolve(agents),
  } as unknown as Host;
}

function where(): Whereabouts {
  return { job: { tell: () => undefined }, host: hostWith() } as unknown as Whereabouts;
}

const plain = { program: undefined, instead: false };

/** A key with a real certificate, for so many seconds. */
function identities(seconds: number): HeldIdentity[] {
  const key = makeSshKey();
  const at = (name: string): string => join(root, name);
  if (!existsSync(at('ca'))) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('ca')]);
  writeFileSync(at('key.pub'), `${key.publicLine}\n`);
  execFileSync('ssh-keygen', ['-q', '-s', at('ca'), '-I', 'x', '-n', 'deploy', at('key.pub')]);
  const [type = '', blob = ''] = execFileSync('cat', [at('key-cert.pub')], { encoding: 'utf8' }).split(' ');
  const endsAt = new Date(Date.now() + seconds * 1000);
  return [
    { key, certificate: `${type} ${blob}`, comment: 'lse_1', endsAt },
    { key, comment: 'ephemeral-creds', endsAt },
  ];
}

/** What ssh-add shows. */
const shown = (at = socket): { readonly status: number | null; readonly stdout: string } =>
  spawnSync('ssh-add', ['-l'], { env: { SSH_AUTH_SOCK: at, PATH: process.env['PATH'] }, encoding: 'utf8' });

async function start(seconds = 600): Promise<number> {
  const ready = await prepareAgent(plain, hostWith());
  return Number((await ready.hold(identities(seconds), socket))['SSH_AGENT_PID']?.value);
}

/** A program of this name in a folder of its own. */
function program(name: string, script: string, folder = 'bin'): string {
  mkdirSync(join(root, folder), { recursive: true });
  const path = join(root, folder, name);
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

describe('with a real ssh-agent', () => {
  const slow = 60_000;

  testWith(
    ['sshd'],
    'it holds certificate and key, each with a lifetime, and is gone when it is ended: process, sleep and socket',
    async () => {
      const pid = await start();
      expect(shown().stdout.split('\n').filter(Boolean)).toEqual([
        expect.stringContaining('(ED25519-CERT)'),
        expect.stringContaining('(ED25519)'),
      ]);
      const sleep = parentOf(pid);
      expect(isAlive(pid) && isAlive(sleep)).toBe(true);
      await endAgent(socket, where());
      await until(() => !isAlive(pid) && !isAlive(sleep));
      expect(existsSync(dirname(socket))).toBe(false);
    },
    slow,
  );

  testWith(
    ['sshd'],
    'at the end of the lease it holds nothing any more, and ends by itself',
    async () => {
      const pid = await start(3);
      await until(() => shown().status !== 0);
      // It looks every ten seconds whether what it waits for has ended.
      await until(() => !isAlive(pid), 100);
      expect(existsSync(socket)).toBe(false);
    },
    slow,
  );

  testWith(
    ['sshd'],
    'each is forgotten at its own end, while the agent lives for the others',
    async () => {
      const [certified, plainKey] = [identities(600)[0], identities(2)[1]];
      if (certified === undefined || plainKey === undefined) throw new Error('there are none');
      const endsAt = new Date(Date.now() + 3000);
      const ready = await prepareAgent(plain, hostWith());
      await ready.hold([certified, { ...plainKey, endsAt }], socket);
      await until(() => !shown().stdout.includes('(ED25519)'));
      expect(shown().stdout).toContain('(ED25519-CERT)');
    },
    slow,
  );

  testWith(
    ['sshd'],
    'one that was stopped is ended as well',
    async () => {
      const pid = await start();
      process.kill(pid, 'SIGSTOP');
      await endAgent(socket, where());
      await until(() => !isAlive(pid));
    },
    slow,
  );

  testWith(
    ['sshd'],
    'no other process is hit: an agent at another socket, one of the user’s, or what only mentions the socket',
    async () => {
      await start();
      const others = [join(root, 'a'), `${socket}2`].map((at) => {
        const child = spawn('ssh-agent', ['-D', '-a', at], { stdio: 'ignore' });
        children.push(child);
        return { child, at };
      });
      const mention = spawn('sh', ['-c', 'sleep 100', 'sh', '-a', socket, 'x'], { stdio: 'ignore' });
      children.push(mention);
      await until(() => others.every(({ at }) => existsSync(at)));
      await endAgent(socket, where());
      expect(shown().status).toBe(2);
      for (const { at } of others) expect(shown(at).status).toBe(1);
      expect(mention.exitCode ?? mention.signalCode).toBeNull();
    },
    slow,
  );

  testWith(
    ['sshd'],
    'one whose process is not to be seen forgets what it holds',
    async () => {
      mkdirSync(dirname(socket), { mode: 0o700 });
      // Another command line than ours, as it is elsewhere.
      const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      children.push(child);
      await until(() => existsSync(socket));
      writeFileSync(join(root, 'id'), identities(600)[1]?.key.privateText.reveal() ?? '', { mode: 0o600 });
      const link = join(root, 'link');
      execFileSync('ssh-add', ['-q', join(root, 'id')], { env: { SSH_AUTH_SOCK: socket } });
      execFileSync('ln', [socket, link]);
      expect(shown(link).status).toBe(0);
      await endAgent(socket, where());
      expect(shown(link)).toMatchObject({ status: 1 });
    },
    slow,
  );

  /** An agent of somebody else, that holds a key of theirs. */
  const othersAgent = async (at: string, ...rest: string[]): Promise<ChildProcess> => {
    mkdirSync(dirname(at), { mode: 0o700, recursive: true });
    const child = spawn('ssh-agent', [...(rest.length === 0 ? ['-D'] : []), '-a', at, ...rest], {
      stdio: 'ignore',
    });
    children.push(child);
    await until(() => shown(at).status === 1);
    writeFileSync(join(root, 'id'), makeSshKey().privateText.reveal(), { mode: 0o600 });
    execFileSync('ssh-add', ['-q', join(root, 'id')], { env: { SSH_AUTH_SOCK: at } });
    return child;
  };

  testWith(
    ['sshd'],
    'where another agent answers at the socket already, started by the same words, nothing is handed to it',
    async () => {
      await othersAgent(socket, '/bin/sleep', '100');
      const link = join(root, 'link');
      execFileSync('ln', [socket, link]);
      const added: string[] = [];
      const noting: SshAgents = {
        ...realSshAgents,
        ask: (at, question) => {
          added.push(at);
          return realSshAgents.ask(at, question);
        },
      };
      const ready = await prepareAgent(plain, hostWith({}, noting));
      expect(await failureOf(() => ready.hold(identities(600), socket))).toMatchObject({
        code: 'delivery-failed',
        message: expect.stringContaining('could not be started') as unknown,
      });
      expect(added).toEqual([]);
    },
    slow,
  );

  testWith(
    ['sshd'],
    'a folder in whose place somebody has put a link leads to no other agent: it holds what it held',
    async () => {
      const theirs = join(root, 'theirs', 'agent.sock');
      await othersAgent(theirs);
      symlinkSync(dirname(theirs), dirname(socket));
      await endAgent(socket, where());
      expect(shown(theirs)).toMatchObject({ status: 0 });
    },
    slow,
  );

  testWith(
    ['sshd'],
    'a folder that others may enter is not ours: what listens there keeps what it holds',
    async () => {
      await othersAgent(socket);
      chmodSync(dirname(socket), 0o755);
      const told: string[] = [];
      const job = { tell: (level: string) => told.push(level) };
      await endAgent(socket, { job, host: hostWith() } as unknown as Whereabouts);
      expect(told).toEqual(['warning']);
      expect(shown()).toMatchObject({ status: 0 });
    },
    slow,
  );

  testWith(
    ['sshd'],
    'what it prints is not read',
    async () => {
      const noisy = program(
        'noisy',
        `#!/bin/sh\necho 'SSH_AGENT_PID=1; export SSH_AGENT_PID;'\nexec ssh-agent "$@"\n`,
      );
      const ready = await prepareAgent({ ...plain, program: noisy }, hostWith());
      const { SSH_AGENT_PID } = await ready.hold(identities(600), socket);
      expect(Number(SSH_AGENT_PID?.value)).toBeGreaterThan(1);
      expect(shown().status).toBe(0);
    },
    slow,
  );

  testWith(
    ['sshd'],
    'a path that is too long for a socket is taken elsewhere, in a folder of ours alone',
    async () => {
      const deep = join(root, 'x'.repeat(100));
      socket = agentSocket(deep, '0123456789abcdef');
      expect(socket).toBe('/tmp/ephemeral-creds-0123456789abcdef/agent.sock');
      expect(agentSocket('/tmp/creds', '0123456789abcdef')).toBe('/tmp/creds/0123456789abcdef/agent.sock');
      const id = Date.now().toString(16).padStart(16, '0');
      socket = agentSocket(deep, id);
      await start();
      expect(execFileSync('stat', ['-c', '%a', dirname(socket)], { encoding: 'utf8' })).toBe('700\n');
      await endAgent(socket, where());
      expect(existsSync(dirname(socket))).toBe(false);
    },
    slow,
  );

  test.each([
    ['that ends at once', 'exit 0'],
    ['that never listens', 'exec sleep 1000'],
    ['that never listens, nor its children', 'sleep 1000; :'],
  ])(
    'a program %s is no agent, and nothing of it is left',
    async (_, script) => {
      const ready = await prepareAgent(
        { ...plain, program: program('agent', `#!/bin/sh\necho $$ > ${root}/pid\n${script}\n`) },
        hostWith(),
      );
      expect(await failureOf(() => ready.hold(identities(600), socket))).toMatchObject({
        code: 'delivery-failed',
      });
      const group = Number(readFileSync(join(root, 'pid'), 'utf8'));
      await until(() => !groupLives(group));
    },
    slow,
  );
});

describe('before anything is sent', () => {
  test('a planted ssh-agent is passed over, and without another one that is an error', async () => {
    const planted = program('ssh-agent', '#!/bin/sh\nexit 0\n', 'planted');
    chmodSync(dirname(planted), 0o777);
    const PATH = dirname(planted);
    expect(await failureOf(() => prepareAgent(plain, hostWith({ PATH })))).toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('`ssh-agent` on PATH') as unknown,
    });
    const found = realSshAgents.find(undefined, `${PATH}:.:/usr/bin:/bin`);
    expect(found.agent).not.toContain('planted');
    expect(found.sleep).toMatch(/^(\/usr)?\/bin\/sleep$/);
    expect(realSshAgents.find(planted, '/usr/bin:/bin').agent).toBe(planted);
    expect(await failureOf(() => realSshAgents.find(join(root, 'none'), '/usr/bin'))).toMatchObject({
      code: 'input-invalid',
    });
  });

  test('a link on PATH is followed once, so that what is checked is what is started', () => {
    const link = join(root, 'link');
    symlinkSync('/bin', link);
    expect(realSshAgents.find('/bin/sh', link).sleep).toMatch(/^(\/usr)?\/bin\/sleep$/);
  });

  // Nobody else can make a file that is root’s.
  if (process.getuid?.() === 0)
    test('one of root’s in a folder that others may rename is passed over; in a sticky one nobody can', () => {
      const at = dirname(program('sleep', '#!/bin/sh\n', 'open/bin'));
      chmodSync(join(root, 'open'), 0o777);
      expect(() => realSshAgents.find('/bin/sh', at)).toThrow('`sleep` on PATH');
      chmodSync(join(root, 'open'), 0o1777);
      expect(realSshAgents.find('/bin/sh', at).sleep).toBe(join(at, 'sleep'));
    });

  test('an agent that the job has already keeps its place, unless that is said', async () => {
    const env = { SSH_AUTH_SOCK: '/run/user/agent' };
    expect(await failureOf(() => prepareAgent(plain, hostWith(env)))).toMatchObject({
      code: 'input-invalid',
    });
    expect(await prepareAgent({ ...plain, instead: true }, hostWith(env))).toBeDefined();
    // As giving back in the middle of the job leaves it.
    expect(await prepareAgent(plain, hostWith({ SSH_AUTH_SOCK: '' }))).toBeDefined();
  });

  test('where no agent can be started, that is said', async () => {
    const { sshAgents, ...windows } = hostWith();
    expect(sshAgents).toBeDefined();
    expect(await failureOf(() => prepareAgent(plain, windows))).toMatchObject({ code: 'input-invalid' });
  });
});

describe('an agent that behaves otherwise', () => {
  /** A fake: it answers as told, and remembers no key. */
  const fake = (answers: readonly Buffer[]): SshAgents => {
    const left = [...answers];
    return {
      ...realSshAgents,
      find: () => ({ agent: '/opt/agent', sleep: '/bin/sleep' }),
      start: () => Promise.resolve(42),
      ask: () => Promise.resolve(left.shift() ?? Buffer.alloc(0)),
    };
  };
  const success = Buffer.from([6]);

  test.each([
    ['refuses (too old for Ed25519, or locked)', [Buffer.from([5])]],
    ['answers nothing', [Buffer.alloc(0)]],
    ['says yes and holds nothing', [success, success, Buffer.from([12, 0, 0, 0, 0])]],
    ['says yes and answers garbage', [success, success, Buffer.from([12, 255, 255, 255, 255, 1])]],
  ])('that %s is an error, without the key in it', async (_, answers) => {
    const ready = await prepareAgent(plain, hostWith({}, fake(answers)));
    const mine = identities(600);
    const error = await failureOf(() => ready.hold(mine, socket));
    expect(error).toMatchObject({ code: 'delivery-failed' });
    expect(String(error)).not.toContain(mine[0]?.key.seed.reveal() ?? '-');
  });

  test('what is over already is not handed to it', async () => {
    const ready = await prepareAgent(plain, hostWith({}, fake([])));
    expect(await failureOf(() => ready.hold(identities(0), socket))).toMatchObject({
      code: 'credential-unusable',
    });
    expect(readdirSync(root)).not.toContain('run');
  });
});

function parentOf(pid: number): number {
  const stat = execFileSync('cat', [`/proc/${String(pid)}/stat`], { encoding: 'utf8' });
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
