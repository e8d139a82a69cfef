import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Command, Said } from '../../../src/cli/commands/command.ts';
import { commands } from '../../../src/cli/commands/registry.ts';
import { understand } from '../../../src/cli/grammar.ts';
import { run } from '../../../src/cli/run.ts';
import { say } from '../../../src/cli/say.ts';
import { CredsError, type ErrorCode } from '../../../src/domain/errors.ts';
import type { Host } from '../../../src/domain/host.ts';
import { createAuthority } from '../../support/certificates.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { failureOf } from '../../support/scan.ts';

const row = (does: Command['does'], more: Partial<Command> = {}): Command => ({
  name: 'try',
  text: '',
  usage: '',
  borrows: true,
  flags: [{ name: 'json', text: '' }],
  examples: [],
  does,
  ...more,
});
const failing = (error: Error, more: Partial<Command> = {}): Command =>
  row({ run: () => Promise.reject(error) }, more);

async function tried(
  command: Command,
  words: readonly string[] = [],
  { host, temp }: Pick<ClientWorld, 'host' | 'temp'>,
  change: Partial<Host> = {},
): Promise<{ status: number; out: string; error: string }> {
  const meaning = understand(['try', ...words], [command]);
  if ('status' in meaning) throw new Error(meaning.error);
  let [out, error] = ['', ''];
  const own: Host = {
    ...host,
    print: (text) => (out += text),
    printError: (text) => (error += text),
    ...change,
  };
  const nobody = (): Promise<number> => Promise.resolve(1);
  const next = {
    broker: nobody,
    policy: nobody,
    audit: nobody,
    lease: nobody,
    freeze: nobody,
    secret: nobody,
    gate: nobody,
  };
  const status = await run(command, meaning.said, { host: own, commands, folder: temp, next });
  return { status, out, error };
}

describe('a failure', () => {
  test.each<readonly [ErrorCode, number]>([
    ['input-invalid', 64],
    ['id-token-refused', 65],
    ['policy-denied', 66],
    ['unreachable', 69],
    ['internal', 70],
    ['timed-out', 75],
    ['interrupted', 130],
    ['terminated', 143],
    ['revoke-failed', 1],
  ])('of the code %s ends with %i, and with 125 where that is the command’s own', async (code, status) => {
    using world = clientWorld();
    const error = new CredsError(code, 'This went wrong.');
    expect(await tried(failing(error), [], world)).toMatchObject({ status, out: '' });
    const stopped = code === 'interrupted' || code === 'terminated';
    const own = await tried(failing(error, { failure: 125 }), [], world);
    expect(own.status).toBe(stopped ? status : 125);
  });

  test('is told on standard error: what, what to change, where to read on, the request id', async () => {
    using world = clientWorld();
    const error = new CredsError('policy-denied', 'No.', {
      requestId: 'req_1',
      hint: 'See the input `role`.',
    });
    expect((await tried(failing(error), [], world)).error).toBe(
      'ephemeral-creds: No. Request id: req_1.\nSee the option `--role`.\n[policy-denied] docs/errors/policy-denied.md\n',
    );
  });

  test('is told as JSON on standard output, too, where that was asked for', async () => {
    using world = clientWorld();
    const error = new CredsError('policy-denied', 'No.', { requestId: 'req_1', hint: 'Ask.' });
    const { out } = await tried(failing(error), ['--json'], world);
    expect(JSON.parse(out)).toEqual({
      error: { code: 'policy-denied', message: 'No.', hint: 'Ask.', requestId: 'req_1' },
    });
  });

  test('that is a defect is not told here: whoever catches it shows nothing of its message', async () => {
    using world = clientWorld();
    const error = new TypeError('a secret');
    expect(await failureOf(() => tried(failing(error), [], world))).toBe(error);
  });

  test.each<readonly [string, boolean, Record<string, string>, boolean]>([
    ['on a terminal', true, {}, true],
    ['in a pipe', false, {}, false],
    ['with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['on a terminal that has none', true, { TERM: 'dumb' }, false],
  ])('%s: colour %j', async (_, stderr, env, coloured) => {
    using world = clientWorld({ env });
    const terminal = { stdout: false, stderr };
    const { error } = await tried(failing(new CredsError('internal', 'No.')), [], world, { terminal });
    expect(error.includes('\u001b[')).toBe(coloured);
    expect(error.replaceAll(/\u001b\[\d+m/g, '')).toMatch(/^ephemeral-creds: No\./);
  });
});

describe('paths', () => {
  const seen: Said[] = [];
  const command = row({
    run: (said: Said) => {
      seen.push(said);
      return Promise.resolve(0);
    },
  });

  test('count from the folder of the caller', async () => {
    using world = clientWorld();
    await tried(command, ['--ca-cert', 'ca.pem', '--files-dir=/run/x', '--audience', 'ca.pem'], world);
    expect(seen.at(-1)?.options).toEqual({
      'ca-cert': join(world.temp, 'ca.pem'),
      'files-dir': '/run/x',
      audience: 'ca.pem',
    });
  });

  test('are none where `--ca-cert` holds the certificate itself', async () => {
    using world = clientWorld();
    const { cert } = createAuthority();
    for (const text of [cert, Buffer.from(cert).toString('base64')]) {
      await tried(command, [`--ca-cert=${text}`], world);
      expect(seen.at(-1)?.options).toEqual({ 'ca-cert': text });
    }
  });

  test('in the file of inputs are left as they stand there', async () => {
    using world = clientWorld();
    writeFileSync(join(world.temp, 'inputs'), 'ca_cert=ca.pem\n');
    await tried(command, ['--inputs', 'inputs', '--ttl=5m'], world);
    expect(seen.at(-1)?.options).toEqual({ 'ca-cert': 'ca.pem', ttl: '5m' });
  });
});

test('what stands in the file of inputs cannot be said again, and both ways it is called by its name', async () => {
  using world = clientWorld();
  writeFileSync(join(world.temp, 'inputs'), 'role=deploy\n');
  const never = row({ run: () => Promise.reject(new Error('this ran')) });
  const again = await tried(never, ['--inputs', 'inputs', '--role=owned'], world);
  expect([again.status, again.error]).toEqual([64, expect.stringContaining('`--role` stands in the file')]);
  const refusing = failing(new CredsError('input-invalid', 'The input `role` is not the input `max-ttl`.'));
  const told = await tried(refusing, ['--inputs', 'inputs', '--max-ttl=1h'], world);
  expect(told.error).toContain('The input `role` is not the option `--max-ttl`.');
});

test('what cannot be written is a failure, unless nobody wants it any more', () => {
  const broken = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };
  say(broken('EPIPE'), 'x');
  expect(() => {
    say(broken('ENOSPC'), 'x');
  }).toThrow(expect.objectContaining({ code: 'internal' }));
});
