// SSH certificates by the built bundles: the action in a job, and the command line in shells, against a real sshd.
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { startBroker } from '../support/client/built-broker.ts';
import { until } from '../support/exec.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { has, testWith } from '../support/peers.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob } from '../support/runner.ts';
import { closedPort } from '../support/socket-server.ts';
import { startSshd, type SshServer } from '../support/sshd.ts';

interface Place {
  readonly url: string;
  readonly folder: string;
  readonly github: ListeningIssuer;
  readonly gitlab: ListeningIssuer;
  readonly server: SshServer;
  readonly broker: { stop(): Promise<void> };
}

let place: Place | undefined;

beforeAll(async () => {
  if (has('sshd')) place = await startPlace();
}, 30_000);

afterAll(async () => {
  await place?.broker.stop();
  await place?.github.close();
  await place?.gitlab.close();
  await place?.server[Symbol.asyncDispose]();
  if (place !== undefined) rmSync(place.folder, { recursive: true });
});

async function startPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'ec-place-'));
  const at = (name: string): string => join(folder, name);
  const [github, gitlab] = [await startIssuer(), await startIssuer({ platform: 'gitlab' })];
  const url = `http://127.0.0.1:${String(await closedPort())}`;
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', at('ca')]);
  for (const name of ['krl', 'policies']) mkdirSync(at(name));
  const authorities = [readFileSync(at('ca.pub'), 'utf8').trim()];
  const server = await startSshd({ authorities, principals: ['deploy'] });
  writeFileSync(
    at('broker.yaml'),
    `public_url: ${url}
listen: ${new URL(url).host}
tls: off
store: { sqlite: ./broker.db }
issuers: [ { platform: github, url: "${github.url}" }, { platform: gitlab, url: "${gitlab.url}" } ]
roles:
  shell: { engine: ssh, ca: "file:./ca", principals: [deploy], krl: { folder: ./krl }, ttl: { default: 10m, max: 30m } }
  pair:
    parts:
      - { name: reader, engine: ssh, ca: "file:./ca", principals: [reader], krl: { folder: ./krl } }
      - { name: writer, engine: ssh, ca: "file:./ca", principals: [deploy], krl: { folder: ./krl } }
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
`,
  );
  writeFileSync(
    at('policies/github.yaml'),
    policy('github', github.url, {
      match:
        'repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted',
    }),
  );
  writeFileSync(
    at('policies/gitlab.yaml'),
    policy('gitlab', gitlab.url, {
      match:
        'project_id: "20", namespace_id: "72", ref_path: refs/heads/main, ref_protected: "true", environment: production, pipeline_source: push',
      more: 'accept_risk: a test of the client, not of policies\n',
    }),
  );
  return { url, folder, github, gitlab, server, broker: await startBroker(folder) };
}

function policy(id: string, issuer: string, { match, more = '' }: { match: string; more?: string }): string {
  const deny = id === 'github' ? 'ref: refs/heads/feature' : 'ref_path: refs/heads/feature';
  return `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: ${id}, owner: platform }
issuer: ${issuer}
match: { ${match} }
${more}limits: { issues_per_job: 20 }
grants: [ { role: shell, access: write }, { role: pair, access: write } ]
examples: { allow: [ { ${match} } ], deny: [ { ${deny} } ] }
`;
}

function here(): Place {
  if (place === undefined) throw new Error('there is no sshd here');
  return place;
}

function exporting({ server: { port, hostAuthority } }: Place): string {
  const [type = '', blob = ''] = hostAuthority.split(' ');
  return `ssh host-ca=[127.0.0.1]:${String(port)},${type},${blob}`;
}

interface Shells {
  /** The job's folder. */
  readonly project: string;
  /** Runs a script in which `ec` is the command line, and `lend COMMAND` asks for a role. */
  readonly sh: (
    script: string,
    role?: string,
  ) => Promise<{ readonly status: number | null; readonly said: string }>;
}

/** Shells of one job of GitLab. */
function startShells(at: Place, job_id: string): Shells {
  const project = join(at.folder, `project-${job_id}`);
  mkdirSync(project);
  return {
    project,
    sh: async (script, role = 'shell') => {
      const token = await at.gitlab.mint({ audience: at.url, claims: { job_id } });
      const env = {
        ...{ GITLAB_CI: 'true', CI_JOB_ID: job_id, CI_PROJECT_DIR: project, EPHEMERAL_CREDS_ID_TOKEN: token },
        ...{
          PATH: process.env['PATH'] ?? '',
          NODE: process.execPath,
          BUNDLE: resolve('dist/ephemeral-creds.cjs'),
        },
        ...{ BROKER: at.url, EXPORT: exporting(at), ROLE: role },
      };
      const ask = '--broker-url "$BROKER" --role "$ROLE" --export "$EXPORT"';
      const functions = `ec() { "$NODE" "$BUNDLE" "$@"; }\nlend() { c=$1; shift; ec "$c" ${ask} "$@"; }\n`;
      const shell = spawn('sh', ['-c', functions + script], {
        env,
        cwd: project,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [shell.stdout, shell.stderr])
        stream.on('data', (text: Buffer) => (said += text.toString()));
      return { status: await new Promise((done) => shell.once('close', done)), said };
    },
  };
}

/** A shell's line that logs in. */
const logIn = ({ server: { port, user } }: Place): string =>
  `ssh -F "$EPHEMERAL_SSH_CONFIG" -p ${String(port)} ${user}@127.0.0.1 echo logged in`;

const revoked = ({ folder }: Place): number =>
  readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('lease revoked').length - 1;

testWith(
  ['sshd'],
  'the action: a later step logs in, the log shows nothing of the key, and post leaves nothing',
  async () => {
    const at = here();
    const action = readAction('action.yml');
    const claims = { run_id: '1', check_run_id: '1' };
    const idToken = { url: at.github.requestUrlFor(claims), token: at.github.requestToken };
    await using job = startJob({ idToken });
    const inputs = action.inputs({ 'broker-url': at.url, role: 'shell', export: exporting(at) });
    const main = await job.step(action.main, { inputs });
    expect(main).toMatchObject({ conclusion: 'success', exitCode: 0 });
    const config = job.env.get('EPHEMERAL_SSH_CONFIG') ?? '';
    const key = readFileSync(join(dirname(config), 'ssh-key'), 'utf8').split('\n');
    const used = await job.run(`${logIn(at)}; cat "$(dirname "$EPHEMERAL_SSH_CONFIG")/ssh-key"`);
    expect(used.log).toContain('logged in');
    for (const line of key.filter((each) => each !== '' && !each.startsWith('---'))) {
      expect(used.log).not.toContain(line);
      expect(JSON.stringify(main.state)).not.toContain(line);
    }
    const before = revoked(at);
    const end = await job.post(action.post ?? '', main);
    expect(end).toMatchObject({ conclusion: 'success', exitCode: 0 });
    expect(existsSync(config)).toBe(false);
    expect(existsSync(join(dirname(config), 'ssh-key'))).toBe(false);
    await until(() => revoked(at) > before);
    copyFileSync(join(at.folder, 'krl/revoked.krl'), at.server.krl);
    expect(execFileSync('ssh-keygen', ['-Q', '-l', '-f', at.server.krl], { encoding: 'utf8' })).toMatch(
      /serial: \d+/,
    );
  },
);

testWith(
  ['sshd'],
  'the command line: exec logs in, and login does for the shells after it until revoke',
  async () => {
    const at = here();
    const { sh, project } = startShells(at, '77');
    const once = await sh(`lend exec -- sh -c '${logIn(at)}; echo "at $EPHEMERAL_SSH_CONFIG"'`);
    expect(once).toMatchObject({ status: 0, said: expect.stringContaining('logged in') as unknown });
    expect(existsSync(/^at (.+)$/m.exec(once.said)?.[1] ?? '/')).toBe(false);
    const env = join(`${project}.tmp`, 'ephemeral-creds-77', 'env.sh');
    const before = revoked(at);
    expect(await sh('lend login')).toMatchObject({ status: 0 });
    const later = await sh(`. ${env}; ${logIn(at)}; echo "at $EPHEMERAL_SSH_CONFIG"`);
    expect(later.said).toContain('logged in');
    expect(await sh('ec revoke')).toMatchObject({ status: 0 });
    expect(existsSync(/^at (.+)$/m.exec(later.said)?.[1] ?? '/')).toBe(false);
    await until(() => revoked(at) > before);
  },
);

testWith(
  ['sshd'],
  'two certificates of one role: either is offered, each has a serial of its own, and both are revoked',
  async () => {
    const at = here();
    const { sh } = startShells(at, '78');
    const before = revokedSerials(at);
    const ran = await sh(
      `lend exec -- sh -c '${logIn(at)}; cat "$(dirname "$EPHEMERAL_SSH_CONFIG")"/*.pub'`,
      'pair',
    );
    expect(ran.said).toContain('logged in');
    const serials = ran.said
      .split('\n')
      .filter((line) => line.includes('-cert-v01@openssh.com '))
      .map((line) => readSerial(line));
    expect(new Set(serials).size).toBe(2);
    await until(() => serials.every((serial) => revokedSerials(at).includes(serial)));
    expect(before).not.toEqual(expect.arrayContaining(serials));
  },
);

testWith(
  ['sshd'],
  'a key that a killed exec left behind is gone after revoke, and its certificate revoked',
  async () => {
    const at = here();
    const { sh, project } = startShells(at, '79');
    const place = join(project, 'place');
    const script = `"$NODE" "$BUNDLE" exec --broker-url "$BROKER" --role shell --export "$EXPORT" -- sh -c 'echo "$EPHEMERAL_SSH_CONFIG" > new; cp "$(dirname "$EPHEMERAL_SSH_CONFIG")"/ssh-key-cert.pub .; mv new place; exec tail -f /dev/null --pid '$$ &
pid=$!
while [ ! -e place ]; do sleep 0.1; done
kill -9 $pid`;
    await sh(script);
    const folder = dirname(readFileSync(place, 'utf8').trim());
    expect(existsSync(join(folder, 'ssh-key'))).toBe(true);
    expect(await sh('ec revoke')).toMatchObject({ status: 0 });
    for (const name of ['ssh-key', 'ssh-config', 'ssh-key-cert.pub'])
      expect(existsSync(join(folder, name))).toBe(false);
    const serial = readSerial(readFileSync(join(project, 'ssh-key-cert.pub'), 'utf8'));
    await until(() => revokedSerials(at).includes(serial));
  },
);

function readSerial(certificate: string): string {
  const shown = execFileSync('ssh-keygen', ['-L', '-f', '-'], {
    input: certificate,
    encoding: 'utf8',
  });
  return /Serial: (\d+)/.exec(shown)?.[1] ?? '';
}

function revokedSerials({ folder }: Place): string[] {
  const list = join(folder, 'krl/revoked.krl');
  if (!existsSync(list)) return [];
  const shown = execFileSync('ssh-keygen', ['-Q', '-l', '-f', list], { encoding: 'utf8' });
  return [...shown.matchAll(/serial: (\d+)/g)].map(([, serial = '']) => serial);
}
