/** A real sshd, and the built broker with a role that certifies keys for it; jobs of GitHub and shells of GitLab. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startIssuer, type ListeningIssuer } from '../issuer.ts';
import { closedPort } from '../socket-server.ts';
import { startSshd, type SshServer } from '../sshd.ts';
import { startBroker } from './built-broker.ts';

export interface SshPlace extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly github: ListeningIssuer;
  readonly gitlab: ListeningIssuer;
  readonly server: SshServer;
}

export async function startSshPlace(): Promise<SshPlace> {
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
  const broker = await startBroker(folder);
  return {
    ...{ url, folder, github, gitlab, server },
    [Symbol.asyncDispose]: async () => {
      await broker.stop();
      await Promise.all([github.close(), gitlab.close(), server[Symbol.asyncDispose]()]);
      rmSync(folder, { recursive: true });
    },
  };
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

export function exporting({ server: { port, hostAuthority } }: SshPlace): string {
  const [type = '', blob = ''] = hostAuthority.split(' ');
  return `ssh host-ca=[127.0.0.1]:${String(port)},${type},${blob}`;
}

export interface Shells {
  /** The job's folder. */
  readonly project: string;
  /** Runs a script in which `ec` is the command line, and `lend COMMAND` asks for a role. */
  readonly sh: (
    script: string,
    role?: string,
  ) => Promise<{ readonly status: number | null; readonly said: string }>;
}

/** Shells of one job of GitLab. */
export function startShells(at: SshPlace, job_id: string, settings = ''): Shells {
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
        ...{ BROKER: at.url, EXPORT: `${exporting(at)} ${settings}`.trim(), ROLE: role },
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
export const logIn = ({ server: { port, user } }: SshPlace): string =>
  `ssh -F "$EPHEMERAL_SSH_CONFIG" -p ${String(port)} ${user}@127.0.0.1 echo logged in`;

export const revoked = ({ folder }: SshPlace): number =>
  readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('lease revoked').length - 1;

export function readSerial(certificate: string): string {
  const shown = execFileSync('ssh-keygen', ['-L', '-f', '-'], {
    input: certificate,
    encoding: 'utf8',
  });
  return /Serial: (\d+)/.exec(shown)?.[1] ?? '';
}

export function revokedSerials({ folder }: SshPlace): string[] {
  const list = join(folder, 'krl/revoked.krl');
  if (!existsSync(list)) return [];
  const shown = execFileSync('ssh-keygen', ['-Q', '-l', '-f', list], { encoding: 'utf8' });
  return [...shown.matchAll(/serial: (\d+)/g)].map(([, serial = '']) => serial);
}
