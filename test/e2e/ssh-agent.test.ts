// `export: ssh agent=yes` by the built bundles: a real ssh-agent, ssh and git, against a real sshd.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { realSshAgents } from '../../src/entry/ssh-agents.ts';
import { exporting, startShells, startSshPlace, type SshPlace } from '../support/client/ssh-place.ts';
import { isAlive } from '../support/exec-scene.ts';
import { until } from '../support/exec.ts';
import { has, testWith } from '../support/peers.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';

const slow = 60_000;
let place: SshPlace | undefined;
let tools = '';
let runs = 0;

beforeAll(async () => {
  if (has('sshd')) place = await startSshPlace();
  tools = mkdtempSync(join(tmpdir(), 'ec-tools-'));
}, slow);

afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  rmSync(tools, { recursive: true });
});

function here(): SshPlace {
  if (place === undefined) throw new Error('there is no sshd here');
  return place;
}

const action = readAction('action.yml');

function startGitHubJob({ github }: SshPlace, env: Record<string, string> = {}): Job {
  const run_id = String(100 + runs++);
  return startJob({
    idToken: {
      url: github.requestUrlFor({ run_id, check_run_id: run_id }),
      token: github.requestToken,
    },
    env,
  });
}

const inputs = (at: SshPlace, more = 'agent=yes', role = 'shell'): Record<string, string> =>
  action.inputs({ 'broker-url': at.url, role, export: `${exporting(at)} ${more}` });

/** `ssh` as a tool calls it that knows nothing of us: no configuration, no key, only SSH_AUTH_SOCK. */
const plainSsh = ({ server: { port, folder } }: SshPlace): string => {
  writeFileSync(join(folder, 'known'), `${here().server.knownHost}\n`);
  return `ssh -F none -o IdentityFile=none -o BatchMode=yes -o UserKnownHostsFile=${folder}/known -p ${String(port)}`;
};

/** True when some agent answers at the socket. */
const answers = (socket: string): boolean =>
  spawnSync('ssh-add', ['-l'], { env: { PATH: process.env['PATH'], SSH_AUTH_SOCK: socket } }).status !== 2;

function everyFileBelow(folder: string): string {
  return execFileSync('find', [folder, '-type', 'f', '-exec', 'cat', '{}', '+'], { encoding: 'latin1' });
}

testWith(
  ['sshd'],
  'the action: ssh and git log in by the agent alone, no file has the key, and post ends the agent',
  async () => {
    const at = here();
    await using job = startGitHubJob(at);
    const main = await job.step(action.main, { inputs: inputs(at, 'agent=yes git=yes') });
    expect(main).toMatchObject({ conclusion: 'success', exitCode: 0 });
    const [socket = '', pid = ''] = ['SSH_AUTH_SOCK', 'SSH_AGENT_PID'].map((name) => job.env.get(name));
    expect(isAlive(Number(pid))).toBe(true);
    expect(everyFileBelow(job.temp)).not.toContain('PRIVATE KEY');
    const host = `${at.server.user}@127.0.0.1`;
    const repository = join(tools, 'app.git');
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', repository]);
    const url = `ssh://${host}:${String(at.server.port)}${repository}`;
    const used = await job.run(`
${plainSsh(at)} ${host} echo plainly in
ssh -F "$EPHEMERAL_SSH_CONFIG" -p ${String(at.server.port)} ${host} echo in by the configuration
${plainSsh(at)} -A ${host} 'echo "forwarded: [$SSH_AUTH_SOCK]"'
git ls-remote ${url} && echo git by the configuration
GIT_SSH_COMMAND='${plainSsh(at).replace(/ -p \d+$/, '')}' git ls-remote ${url} && echo git plainly
ssh-add -l`);
    for (const text of [
      ...['plainly in', 'in by the configuration', 'git by the configuration', 'git plainly'],
      ...['forwarded: []', '(ED25519-CERT)'],
    ])
      expect(used.log).toContain(text);
    const end = await job.post(action.post ?? '', main);
    expect(end).toMatchObject({ conclusion: 'success', exitCode: 0 });
    expect(isAlive(Number(pid))).toBe(false);
    expect(existsSync(dirname(socket))).toBe(false);
    // The job's own end throws where a process of it is left: the sleep, too.
  },
  slow,
);

testWith(
  ['sshd'],
  'the action revoke/: the agent ends in the middle of the job, its variables are empty, and post has nothing to do',
  async () => {
    const at = here();
    await using job = startGitHubJob(at);
    const main = await job.step(action.main, { inputs: inputs(at) });
    const pid = Number(job.env.get('SSH_AGENT_PID'));
    expect(await job.step(readAction('revoke/action.yml').main)).toMatchObject({ exitCode: 0 });
    expect(isAlive(pid)).toBe(false);
    expect([job.env.get('SSH_AUTH_SOCK'), job.env.get('SSH_AGENT_PID')]).toEqual(['', '']);
    expect(await job.post(action.post ?? '', main)).toMatchObject({ exitCode: 0 });
  },
  slow,
);

testWith(
  ['sshd'],
  'an agent that the job has keeps its place; with `instead` its variable goes until all is given back',
  async () => {
    const at = here();
    const socket = join(tools, 'theirs');
    const theirs = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      await until(() => answers(socket));
      await using job = startGitHubJob(at, { SSH_AUTH_SOCK: socket });
      const refused = await job.step(action.main, { inputs: inputs(at) });
      expect(refused).toMatchObject({ exitCode: 64 });
      expect(refused.log).toContain('agent=instead');
      const main = await job.step(action.main, { inputs: inputs(at, 'agent=instead') });
      expect(main).toMatchObject({ exitCode: 0 });
      expect(job.env.get('SSH_AUTH_SOCK')).not.toBe(socket);
      expect(await job.step(readAction('revoke/action.yml').main)).toMatchObject({ exitCode: 0 });
      expect(job.env.get('SSH_AUTH_SOCK')).toBe(socket);
      expect(await job.post(action.post ?? '', main)).toMatchObject({ exitCode: 0 });
      expect(answers(socket)).toBe(true);
    } finally {
      theirs.kill('SIGKILL');
    }
  },
  slow,
);

testWith(
  ['sshd'],
  'C37 twice in one job: the second takes the place of the first, and is followed by it; neither ends the other’s agent',
  async () => {
    const at = here();
    await using job = startGitHubJob(at, { SSH_AGENT_PID: '1' });
    const agent = (): (string | undefined)[] =>
      ['SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'EPHEMERAL_SSH_CONFIG', 'GIT_SSH_COMMAND'].map((name) =>
        job.env.get(name),
      );
    const first = await job.step(action.main, { inputs: inputs(at, 'agent=yes git=yes') });
    const ofFirst = agent();
    const refused = await job.step(action.main, { inputs: inputs(at, 'agent=yes', 'pair') });
    expect([first.exitCode, refused.exitCode]).toEqual([0, 64]);
    const second = await job.step(action.main, { inputs: inputs(at, 'agent=instead git=yes', 'pair') });
    expect(second.exitCode).toBe(0);
    const [socket = ''] = agent();
    expect(agent().filter((each) => ofFirst.includes(each))).toEqual([]);
    const early = readAction('revoke/action.yml');
    const ids = early.inputs({ 'lease-ids': second.outputs['lease-ids'] ?? '' });
    expect(await job.step(early.main, { inputs: ids })).toMatchObject({ exitCode: 0 });
    expect(agent()).toEqual(ofFirst);
    expect([answers(socket), answers(ofFirst[0] ?? '')]).toEqual([false, true]);
    const used = await job.run(`${plainSsh(at)} ${at.server.user}@127.0.0.1 echo plainly in; ssh-add -l`);
    expect(used.log).toContain('plainly in');
    for (const main of [second, first])
      expect(await job.post(action.post ?? '', main)).toMatchObject({ exitCode: 0 });
    expect(agent()).toEqual(['', '1', '', 'ssh']);
  },
  slow,
);

testWith(
  ['sshd'],
  'an action that was killed while its agent was starting: post ends the agent that came up afterwards',
  async () => {
    const at = here();
    const late = join(tools, 'late-agent');
    // It comes up when whoever started it is gone: there is nobody to write down a pid.
    writeFileSync(
      late,
      `#!/bin/sh\n: > ${tools}/called\nwhile kill -0 $PPID; do sleep 0.05; done\nexec ssh-agent "$@"\n`,
      { mode: 0o755 },
    );
    await using job = startGitHubJob(at);
    const running = job.start(action.main, { inputs: inputs(at, `agent=yes agent-program=${late}`) });
    await until(() => existsSync(join(tools, 'called')));
    running.kill('SIGKILL');
    const main = await running.done;
    expect(main.exitCode).not.toBe(0);
    const folder = join(job.temp, 'ephemeral-creds');
    const socketOf = (): string | undefined =>
      readdirSync(folder)
        .map((name) => join(folder, name, 'agent.sock'))
        .find((path) => existsSync(path));
    await until(() => socketOf() !== undefined);
    const socket = socketOf() ?? '';
    await until(() => answers(socket));
    expect(await job.post(action.post ?? '', main)).toMatchObject({ exitCode: 0 });
    expect(existsSync(socket)).toBe(false);
  },
  slow,
);

const lookAround = `echo "$SSH_AUTH_SOCK $SSH_AGENT_PID" > seen.new; mv seen.new seen`;

/** Where the agent listened that a command has seen, and its pid. */
function seen(project: string): { readonly socket: string; readonly pid: number } {
  const [socket = '', pid] = readFileSync(join(project, 'seen'), 'utf8').trim().split(' ');
  return { socket, pid: Number(pid) };
}

testWith(
  ['sshd'],
  'exec: the command has the agent, also two certificates, and both are gone with it; cancelled, too',
  async () => {
    const at = here();
    const { sh, project } = startShells(at, '181', 'agent=yes');
    const host = `${at.server.user}@127.0.0.1`;
    const ran = await sh(
      `lend exec -- sh -c '${lookAround}; ssh-add -l; ${plainSsh(at)} ${host} echo plainly in'`,
      'pair',
    );
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.said).toContain('plainly in');
    expect(ran.said.match(/ED25519-CERT/g)).toHaveLength(2);
    expect(isAlive(seen(project).pid)).toBe(false);
    expect(existsSync(seen(project).socket)).toBe(false);
    rmSync(join(project, 'seen'));
    const cancelled = await sh(
      `"$NODE" "$BUNDLE" exec --broker-url "$BROKER" --role shell --export "$EXPORT" -- sh -c '${lookAround}; exec tail -f /dev/null' &
pid=$!
while [ ! -e seen ]; do sleep 0.05; done
kill -TERM $pid; wait $pid`,
    );
    expect(cancelled.status).toBe(143);
    expect(isAlive(seen(project).pid)).toBe(false);
  },
  slow,
);

testWith(
  ['sshd'],
  'exec that was killed: the next exec of the job ends its agent, and so does revoke',
  async () => {
    const at = here();
    const { sh, project } = startShells(at, '182', 'agent=yes');
    const killed = `rm -f seen
"$NODE" "$BUNDLE" exec --broker-url "$BROKER" --role shell --export "$EXPORT" -- sh -c '${lookAround}; exec tail -f /dev/null --pid '$$ &
pid=$!
while [ ! -e seen ]; do sleep 0.05; done
kill -9 $pid`;
    for (const next of ['lend exec -- true', 'ec revoke']) {
      await sh(killed);
      const { pid, socket } = seen(project);
      expect(isAlive(pid) && answers(socket)).toBe(true);
      expect(await sh(next)).toMatchObject({ status: 0 });
      expect(isAlive(pid)).toBe(false);
      expect(existsSync(socket)).toBe(false);
    }
  },
  slow,
);

testWith(
  ['sshd'],
  'login: the agent serves the shells after it until revoke; an entry that another step has changed ends no other agent',
  async () => {
    const at = here();
    const { sh, project } = startShells(at, '183', 'agent=yes');
    const state = join(`${project}.tmp`, 'ephemeral-creds-183');
    expect(await sh('lend login')).toMatchObject({ status: 0 });
    const host = `${at.server.user}@127.0.0.1`;
    const later = await sh(`. ${state}/env.sh; ${lookAround}; ${plainSsh(at)} ${host} echo plainly in`);
    expect(later.said).toContain('plainly in');
    const { pid } = seen(project);
    const theirs = join(tools, 'theirs-2');
    spawn('ssh-agent', ['-a', theirs, '/bin/sleep', '60'], { stdio: 'ignore' });
    try {
      await until(() => answers(theirs));
      const [entry = ''] = readdirSync(state).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));
      const text = readFileSync(join(state, entry), 'utf8');
      const own = JSON.parse(text) as { agent: { socket: string } };
      const forged = { ...own, id: '0123456789abcdef', agent: { socket: theirs } };
      writeFileSync(join(state, '0123456789abcdef.json'), JSON.stringify(forged), { mode: 0o600 });
      expect(await sh('ec revoke')).toMatchObject({ status: 0 });
      expect(isAlive(pid)).toBe(false);
      expect(answers(theirs)).toBe(true);
    } finally {
      await realSshAgents.end(theirs);
    }
  },
  slow,
);
