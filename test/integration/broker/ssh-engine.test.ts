// The engine `ssh` against the real OpenSSH: what ssh-keygen reads in a certificate, and whom sshd lets in.
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { serialOf } from '../../../src/broker/engines/ssh/certificate.ts';
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import { leaseRecord } from '../../support/broker/leases.ts';
import { certificateOf, readByKeygen, startSshScene, type SshScene } from '../../support/broker/ssh-scene.ts';
import { testWith } from '../../support/peers.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

let started: Promise<SshScene> | undefined;

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

function scenario(name: string, body: (scene: SshScene) => Promise<void>): void {
  testWith(['sshd'], name, async () => body(await (started ??= startSshScene())), 60_000);
}

const lease = 'lse_0123456789abcdef01234567';
const inMinutes = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);

scenario('ssh-keygen reads in the certificate what the role says, and nothing else', async ({ issue }) => {
  const issuedAt = new Date('2026-11-20T12:00:00Z');
  const expiresAt = new Date('2026-11-20T12:10:00Z');
  const mint = { leaseId: lease, issuedAt, expiresAt };
  const plain = readByKeygen(['-L', '-f', '-'], certificateOf(await issue({}, mint)));
  expect(plain).toContain('Type: ssh-ed25519-cert-v01@openssh.com user certificate');
  expect(plain).toContain(`Serial: ${String(serialOf(lease))}`);
  expect(plain).toContain('Valid: from 2026-11-20T11:59:00 to 2026-11-20T12:10:00');
  expect(plain).toMatch(
    /Key ID: "ec_lse_0123456789abcdef01234567 role=team\/deploy policy=deploy job=repository_id=456789/,
  );
  expect(plain).toMatch(/Principals: \n\s+deploy\n\s+Critical Options: \(none\)\n\s+Extensions: \(none\)/);
  const rich = await issue(
    {
      principals: ['deploy', 'ci-${repository_id}'],
      source_address: ['192.0.2.0/24', '2001:db8::/32'],
      force_command: '/usr/local/bin/deploy --now',
      extensions: ['permit-pty', 'permit-X11-forwarding'],
    },
    { ...mint, claims: { claims: { repository_id: '456789' } } as unknown as VerifiedClaims },
  );
  const shown = readByKeygen(['-L', '-f', '-'], certificateOf(rich));
  expect(shown).toMatch(/Principals: \n\s+deploy\n\s+ci-456789\n/);
  expect(shown).toMatch(
    /force-command \/usr\/local\/bin\/deploy --now\n\s+source-address 192\.0\.2\.0\/24,2001:db8::\/32\n/,
  );
  expect(shown).toMatch(/Extensions: \n\s+permit-X11-forwarding\n\s+permit-pty\n/);
});

scenario('sshd lets the job in, and writes whose certificate it was', async ({ issue, logIn, server }) => {
  expect(await logIn(await issue({}, { leaseId: lease }))).toMatchObject({ status: 0, out: 'in\n' });
  expect(server.log()).toContain(`Accepted certificate ID "ec_${lease} role=team/deploy policy=deploy job=`);
});

scenario('a certificate whose lease is over opens nothing', async ({ issue, logIn, server }) => {
  const over = await issue({}, { issuedAt: inMinutes(-20), expiresAt: inMinutes(-1) });
  expect(await logIn(over)).toMatchObject({
    status: 255,
    err: expect.stringContaining('Permission denied') as unknown,
  });
  expect(server.log()).toContain('Certificate invalid: expired');
});

scenario('another principal opens nothing', async ({ issue, logIn, server }) => {
  expect(await logIn(await issue({ principals: ['reader'] }))).toMatchObject({ status: 255 });
  expect(server.log()).toContain('Certificate does not contain an authorized principal');
});

scenario(
  'a job whose claims make no principal is denied, and the audit log will say which one',
  async ({ issue }) => {
    const claims = { claims: { environment: 'a,root\n' } } as unknown as VerifiedClaims;
    const error = await failureOf(() => issue({ principals: ['deploy', 'ci-${environment}'] }, { claims }));
    expect(error).toMatchObject({ error: 'access_denied', reason: 'denied' });
    expect(everythingIn(error)).toContain('the principal ci-${environment} cannot be made');
    expect(everythingIn(error)).not.toContain('root');
  },
);

scenario('from another address it opens nothing', async ({ issue, logIn, server }) => {
  const issued = await issue({ source_address: ['127.0.0.2/32'] });
  expect(await logIn(issued)).toMatchObject({ status: 255 });
  expect(server.log()).toContain('not from a permitted source address');
  expect(await logIn(issued, ['echo', 'in'], ['-b', '127.0.0.2'])).toMatchObject({ status: 0, out: 'in\n' });
});

scenario('a key that the certificate was not made for opens nothing', async ({ issue, logIn, makeKey }) => {
  const other = makeKey('other', '-t', 'ed25519');
  const issued = await issue({}, { publicKey: other.publicLine });
  expect(await logIn(issued)).toMatchObject({ status: 255 });
});

scenario('the host runs the command of the role, whatever the job asks for', async ({ issue, logIn }) => {
  const issued = await issue({ force_command: 'echo forced' });
  expect(await logIn(issued, ['echo', 'asked'])).toMatchObject({ status: 0, out: 'forced\n' });
});

scenario(
  'without a word in the role there is no forwarding and no terminal',
  async ({ issue, logIn, server }) => {
    const forward = ['-o', 'ExitOnForwardFailure=yes', '-W', `127.0.0.1:${String(server.port)}`];
    expect((await logIn(await issue(), [], forward)).err).toContain('administratively prohibited');
    expect((await logIn(await issue(), ['tty'], ['-tt'])).err).toContain('PTY allocation request failed');
    const allowed = await logIn(await issue({ extensions: ['permit-port-forwarding'] }), [], forward);
    expect(allowed.out).toContain('SSH-2.0-OpenSSH');
  },
);

scenario('what is revoked opens nothing once the host has the list, and others go on', async (scene) => {
  const { issue, logIn, engine, krlFolder, server, authority } = scene;
  const krl = { krl: { folder: 'krl' } };
  const [mine, others] = [await issue(krl, { leaseId: lease }), await issue(krl)];
  const list = join(krlFolder, 'revoked.krl');
  copyFileSync(list, server.krl);
  expect(await logIn(mine)).toMatchObject({ status: 0 });
  const backend = { krl: krlFolder, authority: authority.publicLine.split(' ')[1] ?? '' };
  const record = leaseRecord({ id: lease, engine: 'ssh', revokeData: { ...backend, ...mine.revokeData } });
  for (let time = 0; time < 2; time++) await engine.revoke(record, new AbortController().signal);
  expect(await logIn(mine)).toMatchObject({ status: 0 });
  copyFileSync(list, server.krl);
  expect(await logIn(mine)).toMatchObject({ status: 255 });
  expect(server.log()).toContain('revoked by file');
  expect(await logIn(others)).toMatchObject({ status: 0 });
  expect(statSync(list).mode & 0o777).toBe(0o644);
  expect(readdirSync(krlFolder).filter((name) => name.includes(serialOf(lease).toString(16)))).toHaveLength(
    1,
  );
  const path = join(scene.folder, 'revoked-certificate.pub');
  writeFileSync(path, certificateOf(mine));
  expect(await failureOf(() => readByKeygen(['-Q', '-f', list, path]))).toMatchObject({ status: 1 });
  writeFileSync(path, certificateOf(others));
  expect(readByKeygen(['-Q', '-f', list, path])).toContain('ok');
  expect(readByKeygen(['-Q', '-l', '-f', list])).toContain(`serial: ${String(serialOf(lease))}`);
});

scenario('authorities of every kind are believed, as ssh-keygen and as openssl write them', async (scene) => {
  const kinds = [
    ['rsa', '-b', '3072'],
    ['ecdsa', '-b', '256'],
    ['ecdsa', '-b', '384'],
    ['ecdsa', '-b', '521'],
  ];
  for (const [index, kind] of kinds.entries()) {
    const forms = [[], ['-m', 'PKCS8']];
    for (const [at, form] of forms.entries()) {
      const name = `ca-${String(index)}-${String(at)}`;
      const ca = scene.makeKey(name, '-t', ...kind, ...form);
      const { verified, shown } = await certifiedBy(scene, ca.privateText, ca.publicLine);
      expect(shown).toContain(kind[0] === 'rsa' ? 'using rsa-sha2-512' : 'ecdsa-sha2-nistp');
      expect(verified).toMatchObject({ status: 0, out: 'in\n' });
    }
  }
});

/** A server trusts the authority from now on. */
async function certifiedBy(
  scene: SshScene,
  privateText: string,
  publicLine: string,
): Promise<{ verified: unknown; shown: string }> {
  const { engineTools, mintOf } = await import('../../support/broker/engine-tools.ts');
  const { ssh } = await import('../../../src/broker/engines/ssh.ts');
  writeFileSync(join(scene.server.folder, 'authorities'), `${scene.authority.publicLine}\n${publicLine}\n`);
  const tools = engineTools({ 'env:CA': privateText });
  const role = ssh.open(tools).prepare(ssh.parameters.parse({ ca: 'env:CA', principals: ['deploy'] }));
  const issued = await role.issue(mintOf({ publicKey: scene.key.publicLine }));
  return {
    verified: await scene.logIn(issued),
    shown: readByKeygen(['-L', '-f', '-'], certificateOf(issued)),
  };
}

scenario(
  'keys of jobs of every kind are certified; those that are weak, unknown or absent are not',
  async (scene) => {
    const { issue, makeKey, authority } = scene;
    for (const words of [
      ['ecdsa', '-b', '256'],
      ['ecdsa', '-b', '384'],
      ['ecdsa', '-b', '521'],
      ['rsa', '-b', '3072'],
    ]) {
      const { publicLine } = makeKey(`job-${words.join('')}`, '-t', ...words);
      const shown = readByKeygen(
        ['-L', '-f', '-'],
        certificateOf(await issue({}, { publicKey: publicLine })),
      );
      expect(shown).toContain(`${publicLine.split(' ')[0] ?? ''}-cert-v01@openssh.com user certificate`);
    }
    const weak = makeKey('weak', '-t', 'rsa', '-b', '2048').publicLine;
    const certificate = certificateOf(await issue());
    const low = `ssh-ed25519 ${Buffer.concat([Buffer.from('0000000b7373682d6564323535313900000020', 'hex'), Buffer.alloc(32)]).toString('base64')}`;
    for (const publicKey of [
      weak,
      low,
      certificate,
      'ssh-ed25519 AAAA',
      '{"kty":"oct","k":"AA"}',
      '{',
      '',
      undefined,
    ]) {
      const error = await failureOf(() =>
        issue({}, publicKey === undefined ? { publicKey: undefined as never } : { publicKey }),
      );
      expect(error).toMatchObject({ error: 'invalid_authorization_details' });
      expect(everythingIn(error)).not.toContain(authority.privateText.split('\n')[2]);
    }
  },
);

scenario('the list forgets what is over, and what stands in its folder is no matter', async (scene) => {
  const { krlFolder, engine, authority } = scene;
  writeFileSync(join(krlFolder, 'README'), 'not an entry');
  writeFileSync(join(krlFolder, '1700000000-00000000000000ff-0123456789abcdef'), '');
  const backend = { krl: krlFolder, authority: authority.publicLine.split(' ')[1] ?? '' };
  await engine.revoke(leaseRecord({ id: 'lse_x', revokeData: backend }), new AbortController().signal);
  const shown = readByKeygen(['-Q', '-l', '-f', join(krlFolder, 'revoked.krl')]);
  expect(shown).not.toContain('serial: 255');
  expect(shown).toContain(`serial: ${String(serialOf('lse_x'))}`);
  expect(readdirSync(krlFolder)).toContain('README');
  expect(readFileSync(join(krlFolder, 'README'), 'utf8')).toBe('not an entry');
});
