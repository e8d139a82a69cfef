/** The engine `ssh` with real files, keys as ssh-keygen makes them, and a real sshd that trusts its authority. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CredentialOf } from '../../../src/domain/credential.ts';
import type { Issued, Mint, OpenEngine } from '../../../src/broker/engines/engine.ts';
import { ssh } from '../../../src/broker/engines/ssh.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { runSsh, startSshd, type SshRan, type SshServer } from '../sshd.ts';
import { engineTools, mintOf } from './engine-tools.ts';

export interface KeyFile {
  readonly path: string;
  readonly privateText: string;
  /** `TYPE BASE64`. */
  readonly publicLine: string;
}

export interface SshScene extends AsyncDisposable {
  readonly folder: string;
  readonly server: SshServer;
  /** The authority that the server trusts. */
  readonly authority: KeyFile;
  /** The job's own. */
  readonly key: KeyFile;
  /** Where the broker keeps its revocation list. */
  readonly krlFolder: string;
  readonly engine: OpenEngine;
  readonly makeKey: (name: string, ...words: string[]) => KeyFile;
  readonly issue: (parameters?: Record<string, unknown>, mint?: Partial<Mint>) => Promise<Issued>;
  /** Logs in with a certificate for the job's key. @param options of ssh, before the host */
  readonly logIn: (
    issued: Issued,
    command?: readonly string[],
    options?: readonly string[],
  ) => Promise<SshRan>;
}

export async function startSshScene(authorityKind: readonly string[] = ['-t', 'ed25519']): Promise<SshScene> {
  const folder = mkdtempSync(join(tmpdir(), 'ec-ssh-'));
  const makeKey = (name: string, ...words: string[]): KeyFile => makeKeyFile(join(folder, name), words);
  const authority = makeKey('ca', ...authorityKind);
  const key = makeKey('id', '-t', 'ed25519');
  const krlFolder = join(folder, 'krl');
  mkdirSync(krlFolder);
  const server = await startSshd({ authorities: [authority.publicLine], principals: ['deploy'] });
  const tools = engineTools(
    { 'file:ca': authority.privateText },
    { host: brokerHost(new AbortController().signal), folder },
  );
  const engine = ssh.open(tools) as OpenEngine;
  return {
    folder,
    server,
    authority,
    key,
    krlFolder,
    engine,
    makeKey,
    issue: async (parameters = {}, mint = {}) =>
      engine
        .prepare(ssh.parameters.parse({ ca: 'file:ca', principals: ['deploy'], ...parameters }))
        .issue(mintOf({ publicKey: key.publicLine, ...mint })),
    logIn: (issued, command = ['echo', 'in'], options = []) => {
      const certificate = join(folder, 'certificate');
      writeFileSync(certificate, `${certificateOf(issued)}\n`);
      writeFileSync(join(folder, 'known_hosts'), `${server.knownHost}\n`);
      const own = ['-F', 'none', '-i', key.path, '-p', String(server.port)];
      const settings = [
        `CertificateFile=${certificate}`,
        'IdentitiesOnly=yes',
        'IdentityAgent=none',
        'BatchMode=yes',
        'StrictHostKeyChecking=yes',
        `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
      ].flatMap((each) => ['-o', each]);
      return runSsh([...own, ...settings, ...options, `${server.user}@127.0.0.1`, ...command]);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

export function certificateOf({ credentials }: Issued): string {
  const [credential] = credentials as readonly CredentialOf<'ssh-certificate'>[];
  return credential?.fields.certificate ?? '';
}

/** What ssh-keygen reads in a certificate or list of revocations. */
export function readByKeygen(words: readonly string[], input = ''): string {
  return execFileSync('ssh-keygen', [...words], {
    input,
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
}

function makeKeyFile(path: string, words: readonly string[]): KeyFile {
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', '', ...words, '-f', path]);
  const publicLine = readFileSync(`${path}.pub`, 'utf8').trim();
  return { path, privateText: readFileSync(path, 'utf8'), publicLine };
}
