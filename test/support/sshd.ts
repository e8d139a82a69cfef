/** A real sshd of a test's own, for the user that runs the test: its own folder, port and keys, gone with the test. */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findSshd } from './programs.ts';
import { closedPort } from './socket-server.ts';

export interface SshServer extends AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  /** Who can log in. */
  readonly user: string;
  /** `127.0.0.1 ssh-ed25519 …`, as a known_hosts line has it. */
  readonly knownHost: string;
  /** Public key that signed the host's certificate, and the patterns of hosts it is to be believed for. */
  readonly hostAuthority: string;
  /** `RevokedKeys`. */
  readonly krl: string;
  /** What the server has said. */
  log(): string;
}

export interface SshServerOptions {
  /** Public keys of the authorities whose certificates are let in. */
  readonly authorities: readonly string[];
  /** Principals that may log in. */
  readonly principals: readonly string[];
}

/** Starts a server that takes certificates and nothing else. */
export async function startSshd({ authorities, principals }: SshServerOptions): Promise<SshServer> {
  const program = findSshd();
  if (program === undefined) throw new Error('there is no sshd here: npm run peers');
  // As root, sshd confines a part of itself there.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const folder = mkdtempSync(join(tmpdir(), 'ec-sshd-'));
  const port = await closedPort();
  const at = (name: string): string => join(folder, name);
  const keygen = (...words: string[]): Buffer => execFileSync('ssh-keygen', ['-q', ...words]);
  keygen('-t', 'ed25519', '-N', '', '-C', '', '-f', at('host'));
  keygen('-t', 'ed25519', '-N', '', '-C', '', '-f', at('host-ca'));
  keygen('-s', at('host-ca'), '-I', 'host', '-h', '-n', '127.0.0.1,localhost', at('host.pub'));
  keygen('-k', '-f', at('revoked.krl'));
  writeFileSync(at('authorities'), authorities.map((line) => `${line}\n`).join(''));
  writeFileSync(at('principals'), principals.map((line) => `${line}\n`).join(''));
  writeFileSync(at('config'), configOf({ folder, port }));
  const server = spawn(program, ['-D', '-e', '-f', at('config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => void said.push(text));
  const log = (): string => said.join('');
  await untilListens(port, server, log);
  const host = readFileSync(at('host.pub'), 'utf8').trim();
  return {
    port,
    folder,
    user: userInfo().username,
    knownHost: `[127.0.0.1]:${String(port)} ${host}`,
    hostAuthority: readFileSync(at('host-ca.pub'), 'utf8').trim(),
    krl: at('revoked.krl'),
    log,
    [Symbol.asyncDispose]: async () => {
      if (server.exitCode === null && server.signalCode === null) {
        server.kill();
        await once(server, 'exit');
      }
      rmSync(folder, { recursive: true });
    },
  };
}

function configOf({ folder, port }: { readonly folder: string; readonly port: number }): string {
  return `Port ${String(port)}
ListenAddress 127.0.0.1
HostKey ${folder}/host
HostCertificate ${folder}/host-cert.pub
PidFile none
TrustedUserCAKeys ${folder}/authorities
AuthorizedPrincipalsFile ${folder}/principals
RevokedKeys ${folder}/revoked.krl
AuthorizedKeysFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
AllowTcpForwarding yes
LogLevel VERBOSE
`;
}

async function untilListens(port: number, server: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`sshd: ${log()}`);
    const socket = connect(port, '127.0.0.1');
    const reached = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (reached) return;
    await pause(20);
  }
}

export interface SshRan {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the real ssh, with nothing of the user's own, and no input. */
export function runSsh(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<SshRan> {
  return new Promise((done) => {
    const child = execFile(
      'ssh',
      [...words],
      { env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 },
      (error, out, err) => {
        done({ status: error === null ? 0 : Number(error.code ?? 255), out, err });
      },
    );
    child.stdin?.end();
  });
}
