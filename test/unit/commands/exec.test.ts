import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { exec } from '../../../src/commands/exec.ts';
import { configFromAction } from '../../../src/config/action.ts';
import type { Credential } from '../../../src/domain/credential.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { Host, HttpRequest } from '../../../src/domain/host.ts';
import type { Owner } from '../../../src/domain/intent.ts';
import type { ByteSink, Processes, SignalName } from '../../../src/domain/processes.ts';
import { thisProcess } from '../../../src/entry/owner.ts';
import { realProcesses } from '../../../src/entry/processes.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { entryPath } from '../../../src/leases/ledger.ts';
import { realClock } from '../../support/client/clock.ts';
import { brokerUrl, entry, handle } from '../../support/client/entries.ts';
import { makeIssuer } from '../../support/issuer.ts';
import { makeStage, type Stage, type StageOptions } from '../../support/client/stage.ts';
import { clientWorld, jsonAnswer, type ClientWorld, type WorldOptions } from '../../support/client/world.ts';
import { credentialOf, secretsOf } from '../../support/credentials.ts';

interface Played extends Disposable {
  readonly stage: Stage;
  readonly world: ClientWorld;
  readonly host: Host;
  readonly run: (...words: [string, ...string[]]) => Promise<number>;
  /** What went to each descriptor. */
  readonly shown: (descriptor: 1 | 2) => string;
  /** A signal to this process, as far as `exec` can tell. */
  readonly signal: (name: SignalName) => void;
  /** True while signals are heard. */
  readonly hears: () => boolean;
}

interface Scene {
  readonly inputs?: Record<string, string>;
  readonly stage?: StageOptions;
  readonly world?: WorldOptions;
  /** In place of what shows what went there. */
  readonly sinks?: Partial<Record<number, ByteSink>>;
}

/** Real commands; only what they print and the signals belong to the test. */
async function scene({
  inputs = {},
  stage: options = {},
  world: more = {},
  sinks = {},
}: Scene = {}): Promise<Played> {
  const stage = await makeStage({ ...options, now: () => new Date() });
  const PATH = process.env['PATH'] ?? '';
  const world = clientWorld({
    clock: realClock(),
    server: stage.server,
    ...more,
    env: { PATH, ...stage.env(inputs), ...more.env },
  });
  const shown = { 1: '', 2: '' };
  const heard = new Set<(name: SignalName) => void>();
  const processes: Processes = {
    ...(await realProcesses()),
    attended: false,
    sink: (descriptor) =>
      sinks[descriptor] ?? {
        write: (bytes) => {
          shown[descriptor as 1 | 2] += Buffer.from(bytes).toString();
          return Promise.resolve();
        },
      },
    onSignal: (hear) => {
      heard.add(hear);
      return () => heard.delete(hear);
    },
  };
  const host: Host = { ...world.host, processes: () => Promise.resolve(processes) };
  return {
    stage,
    world,
    host,
    run: async (...words) => exec(await configFromAction(host), words, { job: world.job, host }),
    shown: (descriptor) => shown[descriptor],
    signal: (name) => {
      for (const hear of heard) hear(name);
    },
    hears: () => heard.size > 0,
    [Symbol.dispose]: () => {
      world[Symbol.dispose]();
    },
  };
}

const ledgerOf = ({ job }: ClientWorld): string[] => (existsSync(job.folder) ? readdirSync(job.folder) : []);

describe('what cannot be run', () => {
  test.each([
    ['a command that is nowhere', 127, 'ec-no-such-command', 'was not found'],
    ['a path that leads nowhere', 127, '/nowhere/at/all', 'was not found'],
    ['an empty word', 127, '', 'was not found'],
    ['a folder', 126, '/tmp', 'cannot be executed'],
    ['a file without permission', 126, '/etc/passwd', 'cannot be executed'],
  ] as const)('%s is known before anything is borrowed: %i', async (_, status, word, words) => {
    using it = await scene();
    expect(await it.run(word)).toBe(status);
    expect(it.shown(2)).toContain(words);
    expect(it.stage.asked).toEqual([]);
    expect(it.stage.minted).toEqual([]);
  });

  test('a script whose interpreter is missing is known too late: what was borrowed is given back, 127', async () => {
    using it = await scene();
    const script = join(it.world.temp, 'script');
    writeFileSync(script, '#!/nowhere/interpreter\n', { mode: 0o700 });
    expect(await it.run(script)).toBe(127);
    expect(it.stage.lent.size).toBe(1);
    expect(it.stage.alive.size).toBe(0);
    expect(ledgerOf(it.world)).toEqual([]);
  });
});

describe('the command’s environment', () => {
  test('L37 has the job’s variables and what was borrowed; no word of any command line has a secret', async () => {
    using it = await scene({ world: { env: { ITS_OWN: 'kept', NODE_OPTIONS: '--no-warnings' } } });
    const script =
      'test "$ITS_OWN" = kept && test "$NODE_OPTIONS" = --no-warnings && test -n "$EPHEMERAL_TOKEN" && cat /proc/$$/cmdline /proc/$PPID/cmdline > "$1" && env > "$2"';
    const [words, env] = [join(it.world.temp, 'words'), join(it.world.temp, 'env')];
    expect(await it.run('sh', '-c', script, 'sh', words, env)).toBe(0);
    const secrets = [...it.stage.lent.values()].flat().flatMap(secretsOf);
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) {
      expect(readFileSync(env, 'utf8')).toContain(secret);
      expect(readFileSync(words, 'utf8')).not.toContain(secret);
    }
  });

  test('has no ID token: its variable is gone', async () => {
    const issuer = await makeIssuer({ platform: 'gitlab' });
    const token = await issuer.mint({ audience: brokerUrl });
    const env = { EPHEMERAL_CREDS_ID_TOKEN: token, BESIDE: 'kept' };
    using it = await scene({ inputs: { 'id-token': 'env:EPHEMERAL_CREDS_ID_TOKEN' }, world: { env } });
    expect(await it.run('sh', '-c', 'echo "<$BESIDE$EPHEMERAL_CREDS_ID_TOKEN>"')).toBe(0);
    expect(it.shown(1)).toBe('<kept>\n');
  });

  test('files are there while it runs, and erased then', async () => {
    using it = await scene({
      inputs: { export: 'aws-profile' },
      stage: { roles: { deploy: () => [credentialOf('aws-session')] } },
    });
    const path = join(it.world.temp, 'path');
    const script =
      'test -s "$AWS_SHARED_CREDENTIALS_FILE" && cat "$AWS_SHARED_CREDENTIALS_FILE" && printf %s "$AWS_SHARED_CREDENTIALS_FILE" > "$1"';
    expect(await it.run('sh', '-c', script, 'sh', path)).toBe(0);
    expect(it.shown(1)).toMatch(/aws_secret_access_key ?= ?\*\*\*/);
    expect(readFileSync(path, 'utf8')).toContain(it.world.temp);
    expect(existsSync(readFileSync(path, 'utf8'))).toBe(false);
    expect(ledgerOf(it.world)).toEqual([]);
  });

  const broken: Credential = {
    ...credentialOf('bearer-token'),
    fields: { token: new Secret('abcdefgh-1234\u0000-567-XYZ-98') },
  } as Credential;

  test('a value that no variable can hold is given back, and nothing is run', async () => {
    using it = await scene({ stage: { roles: { deploy: () => [broken] } } });
    await expect(it.run('echo', 'run')).rejects.toMatchObject({ code: 'credential-unusable' });
    expect(it.shown(1)).toBe('');
    expect(it.stage.alive.size).toBe(0);
    expect(ledgerOf(it.world)).toEqual([]);
  });
});

describe('giving back', () => {
  const stubborn = {
    instead: ({ url }: HttpRequest) =>
      url.pathname === '/revoke' ? jsonAnswer({ error: 'invalid_request' }, 400) : undefined,
  };

  test('that fails is told, leaves the status of the command, and stays in the ledger', async () => {
    using it = await scene({ stage: stubborn });
    expect(await it.run('sh', '-c', 'exit 3')).toBe(3);
    expect(it.shown(2)).toContain('could not be given back and lives until');
    expect(ledgerOf(it.world)).toHaveLength(1);
  });

  test('that fails is 125 where the workflow says that it matters', async () => {
    using it = await scene({ stage: stubborn, inputs: { 'fail-on-revoke-error': 'true' } });
    expect(await it.run('true')).toBe(125);
  });

  test('`revoke: false` leaves the lease alone and removes everything else', async () => {
    using it = await scene({ inputs: { revoke: 'false' } });
    expect(await it.run('true')).toBe(0);
    expect(it.stage.alive.size).toBe(1);
    expect(it.shown(2)).toContain('ends by itself');
    expect(ledgerOf(it.world)).toEqual([]);
  });

  test('C27: no signal ends it while something is owed, before the command runs and when it has ended', async () => {
    const heard: [string, boolean][] = [];
    using it = await scene({
      stage: {
        instead: ({ url }) => {
          heard.push([url.pathname, it.hears()]);
          return undefined;
        },
      },
    });
    expect(await it.run('true')).toBe(0);
    expect(heard).toEqual(
      expect.arrayContaining([
        ['/token', true],
        ['/revoke', true],
      ]),
    );
    expect(heard.map(([, hears]) => hears)).not.toContain(false);
    expect(it.hears()).toBe(false);
  });

  test('C40: a job that is cancelled while it borrows runs nothing and owes nothing', async () => {
    const stop = new AbortController();
    using it = await scene({
      world: { signal: stop.signal },
      stage: {
        instead: ({ url }) => {
          if (url.pathname === '/token')
            stop.abort(new CredsError('terminated', 'The job was cancelled (SIGTERM).'));
          return undefined;
        },
      },
    });
    await expect(it.run('echo', 'run')).rejects.toMatchObject({ code: 'terminated' });
    expect(it.shown(1)).toBe('');
    expect(it.stage.alive.size).toBe(0);
  });
});

describe('what an earlier exec has left', () => {
  const self = thisProcess();
  const [alive, gone, elsewhere] = [
    { ...self, pid: process.pid },
    { ...self, start: '1' },
    { ...self, pid: 1, space: 'another machine' },
  ] as Owner[];

  test.each([
    ['of one that was killed is given back', gone, false],
    ['of one that lives is left alone (C37)', alive, true],
    ['of a process elsewhere is left alone: nothing can be known of it here', elsewhere, true],
    ['without an owner belongs to the whole job and is left alone', undefined, true],
  ] as const)('%s', async (_, owner, stays) => {
    using it = await scene();
    const { job } = it.world;
    const old = entry({ leases: [], ...(owner === undefined ? {} : { owner }) });
    realFiles.makePrivateFolder(job.folder);
    realFiles.create(entryPath(job, old.id), JSON.stringify(old));
    expect(await it.run('true')).toBe(0);
    expect(existsSync(entryPath(job, old.id))).toBe(stays);
    const revoked = it.stage.asked.filter(({ path }) => path === '/revoke').map(({ form }) => form['token']);
    expect(revoked.includes(handle)).toBe(!stays);
    expect(it.shown(2).includes('was killed')).toBe(!stays);
  });
});

test('an entry that another step could have forged gets no ID token when its handle is refused', async () => {
  using it = await scene({
    stage: {
      instead: ({ url, body = '' }) =>
        url.pathname === '/revoke' && body.includes(handle) ? jsonAnswer({ error: 'x' }, 400) : undefined,
    },
  });
  const old = entry({ leases: [], owner: { pid: 1, space: '', ...thisProcess(), start: '1' } });
  realFiles.makePrivateFolder(it.world.job.folder);
  realFiles.create(entryPath(it.world.job, old.id), JSON.stringify(old));
  expect(await it.run('true')).toBe(0);
  const revoked = it.stage.asked
    .filter(({ path }) => path === '/revoke')
    .map(({ form }) => form['token_type_hint']);
  expect(revoked).toEqual([
    expect.stringContaining('revocation-handle'),
    expect.stringContaining('revocation-handle'),
  ]);
  expect(it.stage.minted).toHaveLength(1);
  expect(existsSync(entryPath(it.world.job, old.id))).toBe(true);
});

describe('what the command writes', () => {
  test('that cannot be written is our failure: 125, and given back', async () => {
    const full = { write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) };
    using it = await scene({ sinks: { 1: full } });
    expect(await it.run('echo', 'lost')).toBe(125);
    expect(it.stage.alive.size).toBe(0);
  });
});
