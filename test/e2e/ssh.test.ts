// SSH certificates by the built bundles: the action in a job, and the command line in shells, against a real sshd.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  exporting,
  logIn,
  readSerial,
  revoked,
  revokedSerials,
  startShells,
  startSshPlace,
  type SshPlace,
} from '../support/client/ssh-place.ts';
import { until } from '../support/exec.ts';
import { has, testWith } from '../support/peers.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob } from '../support/runner.ts';

let place: SshPlace | undefined;

beforeAll(async () => {
  if (has('sshd')) place = await startSshPlace();
}, 60_000);

afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
});

function here(): SshPlace {
  if (place === undefined) throw new Error('there is no sshd here');
  return place;
}

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
